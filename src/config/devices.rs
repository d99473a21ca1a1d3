//! Devices: remembered ones, and those that routes ask for.

use std::time::Duration;

use super::Stage;
use super::document::settings::AuthenticatorsSection;
use super::key_path::KeyPath;
use super::limits::Limit;
use crate::session::device::Settings;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

impl Stage<'_> {
    /// What the file says of devices.
    pub(super) fn devices(&mut self, section: Option<&AuthenticatorsSection>) -> Settings {
        let (default, top) = (Settings::default(), KeyPath::default().key("authenticators"));
        let remembered = section.and_then(|section| section.remembered_devices.as_ref());
        let path = top.key("remembered_devices").key("lifetime");
        let why = "what stands for a second factor must not do so for ever";
        let limit = Limit::new(HOUR, 90 * DAY).because(why);
        let written = remembered.and_then(|section| section.lifetime);
        let lifetime = self.span(written, &path, 30 * DAY, &limit);
        let enabled = remembered.and_then(|section| section.enabled).unwrap_or_default();
        let verified = section.and_then(|section| section.verified_devices.as_ref());
        let path = top.key("verified_devices").key("lifetime");
        let written = verified.and_then(|section| section.lifetime);
        let limit = Limit::new(HOUR, 730 * DAY);
        Settings {
            remember: enabled.then_some(lifetime),
            verified: self.span(written, &path, default.verified, &limit),
            approval: verified.and_then(|section| section.approval).unwrap_or_default(),
        }
    }
}
