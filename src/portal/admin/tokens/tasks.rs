//! What is done to service tokens.

use std::time::Duration;

use http::StatusCode;

use super::TOKENS;
use crate::authority::Act;
use crate::operate::Command;
use crate::operate::NewToken;
use crate::operate::Reply;
use crate::operate::TokenCommand;
use crate::operate::view::TokenReply;
use crate::policy::Refusal;
use crate::portal::admin::door::Principal;
use crate::portal::admin::named;
use crate::portal::admin::shell;
use crate::portal::admin::task::Task;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::Input;
use crate::portal::page::admin::SecretPage;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::subject::Role;

/// How long a token may live, as forms call it, in days, and the message that says so.
const LIVES: [(&str, u64, &str); 4] = [
    ("30", 30, "token-30-days"),
    ("90", 90, "token-90-days"),
    ("180", 180, "token-180-days"),
    ("365", 365, "token-365-days"),
];

/// The roles that a program can have.
const ROLES: [Role; 3] = [Role::Auditor, Role::HelpDesk, Role::Admin];

/// A token is issued, and shown once.
pub(super) struct Add {
    name: String,
    site: String,
    paths: String,
    methods: String,
    networks: String,
    days: u64,
    role: Option<Role>,
}

impl Form for Add {
    const FIELDS: &'static [&'static str] =
        &["reason", "name", "site", "paths", "methods", "networks", "days", "role"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let days = days_of(fields)?;
        let role = fields.required("role")?;
        let role = match role.as_str() {
            "" => None,
            name => Some(Role::from_name(name).ok_or(Refusal::Form)?),
        };
        let mut text = |name| fields.required(name).map(|text| text.trim().to_owned());
        Ok(Self {
            name: text("name")?,
            site: text("site")?,
            paths: text("paths")?,
            methods: text("methods")?,
            networks: text("networks")?,
            days,
            role,
        })
    }
}

fn days_of(fields: &mut Fields) -> Result<u64, Refusal> {
    let named = fields.required("days")?;
    let known = LIVES.iter().find(|(name, ..)| *name == named.as_str());
    known.map(|(_, days, _)| *days).ok_or(Refusal::Form)
}

/// The lives to choose from.
fn lives(turn: &Turn, chosen: u64) -> Input {
    let choice = |(value, days, key): (&'static str, u64, &str)| Choice {
        value,
        label: turn.language.say(key),
        chosen: days == chosen,
    };
    Input::select("days", turn.language.say("token-life"), LIVES.map(choice).to_vec())
}

/// Words, which blanks separate.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// So many days, in seconds.
const fn seconds(days: u64) -> u64 {
    Duration::from_hours(24).as_secs().saturating_mul(days)
}

impl Task for Add {
    const PAGE: &'static str = "/admin/tokens/add";
    const LIST: &'static str = TOKENS;
    const ACT: Act = Act::AddToken;
    const TITLE: &'static str = "token-add";
    const DOES: &'static str = "token-add-does";
    const DONE: &'static str = "added";

    fn first(turn: &Turn, _: &mut Fields) -> Result<Self, Refusal> {
        let (name, empty) = (String::new(), String::new);
        let site = turn.asking.site.name.to_string();
        let (paths, methods, networks) = (empty(), empty(), empty());
        Ok(Self { name, site, paths, methods, networks, days: 90, role: None })
    }

    fn inputs(&self, turn: &Turn) -> Vec<Input> {
        let say = |key| turn.language.say(key);
        let text = |name, key, value: &str| Input::text(name, say(key), value);
        let none =
            Choice { value: "", label: say("token-for-console"), chosen: self.role.is_none() };
        let role = |role: Role| Choice {
            value: role.name(),
            label: say(named(role)),
            chosen: self.role == Some(role),
        };
        let roles = [none].into_iter().chain(ROLES.map(role)).collect();
        vec![
            text("name", "token-name", &self.name).hinted(say("token-name-hint")).required(),
            text("site", "admin-site", &self.site).required(),
            Input::select("role", say("token-use"), roles),
            text("paths", "token-paths", &self.paths).hinted(say("token-paths-hint")),
            text("methods", "token-methods", &self.methods).hinted(say("token-methods-hint")),
            text("networks", "token-networks", &self.networks).hinted(say("token-networks-hint")),
            lives(turn, self.days),
        ]
    }

    fn command(&self) -> Command {
        Command::Token(TokenCommand::Add(NewToken {
            name: self.name.clone(),
            site: self.site.clone(),
            paths: words(&self.paths),
            methods: words(&self.methods),
            networks: words(&self.networks),
            lifetime: Some(seconds(self.days)),
            role: self.role,
        }))
    }

    fn told(turn: &Turn, principal: &Principal, reply: &Reply) -> Outcome {
        issued(turn, principal, reply)
    }
}

/// The new secret, this once.
fn issued(turn: &Turn, principal: &Principal, reply: &Reply) -> Outcome {
    let Reply::Token(TokenReply::Issued { token, secret, origin, accepted }) = reply else {
        return Err(Refusal::Internal.into());
    };
    let page = SecretPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, TOKENS),
        name: token.name.clone(),
        secret: secret.0.expose().to_owned().into(),
        origin: origin.clone(),
        expires: turn.language.moment(token.expires),
        accepted: *accepted,
        back: turn.core.address(TOKENS),
    };
    turn.page(StatusCode::OK, &page)
}

/// A token gets another secret, which is shown once.
pub(super) struct Rotate {
    token: String,
    days: u64,
    now: bool,
}

impl Form for Rotate {
    const FIELDS: &'static [&'static str] = &["reason", "token", "days", "now"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let now = match fields.optional("now").as_deref().map(String::as_str) {
            None => false,
            Some("on") => true,
            Some(_) => return Err(Refusal::Form),
        };
        let days = days_of(fields)?;
        Ok(Self { token: fields.required("token")?.to_string(), days, now })
    }
}

impl Task for Rotate {
    const PAGE: &'static str = "/admin/tokens/rotate";
    const LIST: &'static str = TOKENS;
    const ACT: Act = Act::RotateToken;
    const TITLE: &'static str = "token-rotate";
    const DOES: &'static str = "token-rotate-does";
    const DONE: &'static str = "rotated";
    const NAMES: &'static [&'static str] = &["token"];

    fn first(_: &Turn, fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { token: fields.required("token")?.to_string(), days: 90, now: false })
    }

    fn inputs(&self, turn: &Turn) -> Vec<Input> {
        let now = crate::portal::page::admin::Tick {
            name: "now",
            label: turn.language.say("token-now"),
            ticked: self.now,
        };
        let old = turn.language.say("token-old");
        vec![which(turn, &self.token), lives(turn, self.days), Input::ticks("old", old, vec![now])]
    }

    fn command(&self) -> Command {
        Command::Token(TokenCommand::Rotate {
            token: self.token.clone(),
            overlap: self.now.then_some(0),
            lifetime: Some(seconds(self.days)),
        })
    }

    fn told(turn: &Turn, principal: &Principal, reply: &Reply) -> Outcome {
        issued(turn, principal, reply)
    }
}

/// The token that is meant.
fn which(turn: &Turn, token: &str) -> Input {
    Input::fixed("token", turn.language.say("token-name"), token, token.to_owned())
}

/// A task with nothing to fill in.
macro_rules! plain {
    ($name:ident, $act:ident, $page:literal, ($title:literal, $does:literal, $done:literal), $command:ident) => {
        #[doc = concat!("See `", $title, "`.")]
        pub(super) struct $name {
            token: String,
        }

        impl Form for $name {
            const FIELDS: &'static [&'static str] = &["reason", "token"];

            fn take(fields: &mut Fields) -> Result<Self, Refusal> {
                Ok(Self { token: fields.required("token")?.to_string() })
            }
        }

        impl Task for $name {
            const PAGE: &'static str = $page;
            const LIST: &'static str = TOKENS;
            const ACT: Act = Act::$act;
            const TITLE: &'static str = $title;
            const DOES: &'static str = $does;
            const DONE: &'static str = $done;
            const NAMES: &'static [&'static str] = &["token"];

            fn first(_: &Turn, fields: &mut Fields) -> Result<Self, Refusal> {
                Self::take(fields)
            }

            fn inputs(&self, turn: &Turn) -> Vec<Input> {
                vec![which(turn, &self.token)]
            }

            fn command(&self) -> Command {
                Command::Token(TokenCommand::$command { token: self.token.clone() })
            }
        }
    };
}

plain!(
    Disable,
    DisableToken,
    "/admin/tokens/disable",
    ("token-disable", "token-disable-does", "disabled"),
    Disable
);
plain!(
    Enable,
    EnableToken,
    "/admin/tokens/enable",
    ("token-enable", "token-enable-does", "enabled"),
    Enable
);
plain!(
    Revoke,
    DisableToken,
    "/admin/tokens/revoke",
    ("token-revoke", "token-revoke-does", "revoked"),
    Revoke
);
