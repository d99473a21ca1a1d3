//! The page of the browsers that the gateway knows again.

use askama::Template;

use super::Chrome;
use super::Errand;

/// Whether it is the browser that looks at the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Here {
    Yes,
    No,
}

impl From<bool> for Here {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// What it is as a verified device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    /// It is none.
    No,
    /// An operator has to agree.
    Waiting,
    /// It is one, until then.
    Until(String),
}

/// A registered browser.
#[derive(Clone, Debug)]
pub(crate) struct DeviceRow {
    pub(crate) id: String,
    pub(crate) here: Here,
    /// Its name for itself; empty: it has none.
    pub(crate) browser: String,
    pub(crate) site: String,
    pub(crate) created: String,
    pub(crate) last_used: Option<String>,
    pub(crate) remembered_until: Option<String>,
    pub(crate) verification: Verification,
}

impl DeviceRow {
    fn is_here(&self) -> bool {
        self.here == Here::Yes
    }

    fn verified_until(&self) -> Option<&str> {
        match &self.verification {
            Verification::Until(until) => Some(until),
            Verification::No | Verification::Waiting => None,
        }
    }

    fn is_waiting(&self) -> bool {
        self.verification == Verification::Waiting
    }
}

/// The browsers that the gateway knows again.
#[derive(Clone, Debug, Template)]
#[template(path = "account_devices.html")]
pub(crate) struct DevicesPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// What was just done.
    pub(crate) done: Option<&'static str>,
    pub(crate) devices: Vec<DeviceRow>,
}

impl DevicesPage {
    /// Whether this browser can still become a verified device.
    fn can_register(&self) -> bool {
        let is_one = |device: &DeviceRow| device.verification != Verification::No;
        !self.devices.iter().any(|device| device.is_here() && is_one(device))
    }
}
