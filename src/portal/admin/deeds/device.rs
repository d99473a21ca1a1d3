//! Devices of an account: agreed to, removed.

use crate::authority::Act;
use crate::operate::Command;
use crate::operate::DeviceCommand;
use crate::operate::view::AccountView;
use crate::operate::view::DeviceView;
use crate::policy::Refusal;
use crate::portal::admin::deed::Deed;
use crate::portal::admin::door::Principal;
use crate::portal::form::Fields;
use crate::portal::page::admin::Input;
use crate::portal::turn::Turn;
use crate::session::device::DeviceStanding;

/// The device that an address names, if the account has it.
fn named<'a>(fields: &mut Fields, account: &'a AccountView) -> Option<&'a DeviceView> {
    let id = fields.optional("device")?;
    account.devices.iter().find(|device| device.id == id.as_str())
}

/// The device that is meant, to be seen and to be sent.
fn inputs(turn: &Turn, account: &AccountView, id: &str) -> Vec<Input> {
    let device = account.devices.iter().find(|device| device.id == id);
    let label = device.map_or_else(String::new, |it| format!("{} · {}", it.label, it.site));
    vec![Input::fixed("device", turn.language.say("deed-device"), id, label)]
}

/// A verified device is agreed to.
pub(crate) struct Approve {
    device: String,
}

impl Deed for Approve {
    const PAGE: &'static str = "/admin/user/approve-device";
    const ACT: Act = Act::ApproveDevice;
    const TITLE: &'static str = "deed-approve-device";
    const DOES: &'static str = "deed-approve-device-does";
    const DONE: &'static str = "device-approved";
    const NAMES: &'static [&'static str] = &["id", "device"];
    const FIELDS: &'static [&'static str] = &["device"];

    fn first(
        _: &Turn,
        fields: &mut Fields,
        account: &AccountView,
    ) -> Result<Option<Self>, Refusal> {
        let waits = |it: &&DeviceView| {
            it.verified.as_ref().is_some_and(|it| it.standing == DeviceStanding::Waiting)
        };
        Ok(named(fields, account).filter(waits).map(|it| Self { device: it.id.clone() }))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { device: fields.required("device")?.to_string() })
    }

    fn inputs(&self, turn: &Turn, _: &Principal, account: &AccountView) -> Vec<Input> {
        inputs(turn, account, &self.device)
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        let device = self.device.clone();
        Ok(Command::UserDevice(DeviceCommand::Approve { login, device }))
    }
}

/// A device is removed.
pub(crate) struct RemoveDevice {
    device: String,
}

impl Deed for RemoveDevice {
    const PAGE: &'static str = "/admin/user/remove-device";
    const ACT: Act = Act::RemoveDevice;
    const TITLE: &'static str = "deed-remove-device";
    const DOES: &'static str = "deed-remove-device-does";
    const DONE: &'static str = "device-removed";
    const NAMES: &'static [&'static str] = &["id", "device"];
    const FIELDS: &'static [&'static str] = &["device"];

    fn first(
        _: &Turn,
        fields: &mut Fields,
        account: &AccountView,
    ) -> Result<Option<Self>, Refusal> {
        Ok(named(fields, account).map(|it| Self { device: it.id.clone() }))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { device: fields.required("device")?.to_string() })
    }

    fn inputs(&self, turn: &Turn, _: &Principal, account: &AccountView) -> Vec<Input> {
        inputs(turn, account, &self.device)
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        let device = self.device.clone();
        Ok(Command::UserDevice(DeviceCommand::Remove { login, device }))
    }
}
