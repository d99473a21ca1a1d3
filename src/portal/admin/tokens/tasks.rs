//! What is done to service tokens.

use std::time::Duration;

use http::StatusCode;

use super::TOKENS;
use super::may;
use crate::authority::Act;
use crate::operate::Command;
use crate::operate::NewToken;
use crate::operate::Reply;
use crate::operate::TokenCommand;
use crate::operate::view::TokenReply;
use crate::policy::Refusal;
use crate::portal::admin::command::look;
use crate::portal::admin::door::Principal;
use crate::portal::admin::named;
use crate::portal::admin::shell;
use crate::portal::admin::task::Task;
use crate::portal::form::Fields;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::Input;
use crate::portal::page::admin::SecretPage;
use crate::portal::page::admin::Tick;
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

fn days_of(fields: &mut Fields) -> Result<u64, Refusal> {
    let named = fields.required("days")?;
    let known = LIVES.iter().find(|(name, ..)| *name == named.as_str());
    known.map(|(_, days, _)| *days).ok_or(Refusal::Form)
}

/// The lives to choose from.
fn lives(turn: &Turn, chosen: u64) -> Input {
    let chosen = chosen.to_string();
    let choice = |(value, _, key): (&'static str, u64, &str)| {
        Choice::new(value, turn.language.say(key), &chosen)
    };
    Input::select("days", turn.language.say("token-life"), LIVES.map(choice).to_vec())
}

/// The sites to choose from.
fn sites(turn: &Turn, chosen: &str) -> Input {
    let sites = turn.core.people.sites.iter();
    let choice =
        |(name, _): &(String, Option<String>)| Choice::new(name.clone(), name.clone(), chosen);
    Input::select("site", turn.language.say("admin-site"), sites.map(choice).collect())
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
    const FIELDS: &'static [&'static str] =
        &["name", "site", "paths", "methods", "networks", "days", "role"];

    async fn first(turn: &Turn, _: &Principal, _: &mut Fields) -> Result<Option<Self>, Refusal> {
        let (name, empty) = (String::new(), String::new);
        let site = turn.asking.site.name.to_string();
        let (paths, methods, networks) = (empty(), empty(), empty());
        Ok(Some(Self { name, site, paths, methods, networks, days: 90, role: None }))
    }

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

    fn inputs(&self, turn: &Turn, principal: &Principal) -> Vec<Input> {
        let say = |key| turn.language.say(key);
        let text = |name, key, value: &str| Input::text(name, say(key), value);
        let chosen = self.role.map_or("", Role::name);
        let none = Choice::new("", say("token-for-console"), chosen);
        let role = |role: Role| Choice::new(role.name(), say(named(role)), chosen);
        let given = ROLES.into_iter().filter(|role| may(principal, Self::ACT, Some(*role)));
        let roles = [none].into_iter().chain(given.map(role)).collect();
        vec![
            text("name", "token-name", &self.name).hinted(say("token-name-hint")).required(),
            sites(turn, &self.site),
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
        role: token.role.map(|role| turn.language.say(named(role))),
        old_until: token.previous_until.map(|at| turn.language.moment(at)),
        secret: secret.0.expose().to_owned().into(),
        origin: origin.clone(),
        expires: turn.language.moment(token.expires),
        accepted: *accepted,
        back: turn.core.address(TOKENS),
    };
    turn.page(StatusCode::OK, &page)
}

/// The token that something is done to.
struct Meant {
    id: String,
    /// As the page calls it.
    name: String,
}

impl Meant {
    const FIELDS: [&'static str; 2] = ["token", "called"];

    /// The token that an address names, if whoever looks may do such a thing to it.
    async fn of_address(
        (turn, principal): (&Turn, &Principal),
        act: Act,
        fields: &mut Fields,
    ) -> Result<Option<Self>, Refusal> {
        let token = fields.required("token")?.to_string();
        let shown = Command::Token(TokenCommand::Show { token });
        let Some(Reply::Token(TokenReply::One(token))) = look(turn, principal, shown).await? else {
            return Ok(None);
        };
        if !may(principal, act, token.role) {
            return Err(Refusal::PersonNotAllowed);
        }
        Ok(Some(Self { id: token.id, name: token.name }))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let [id, name] = Self::FIELDS;
        Ok(Self { id: fields.required(id)?.to_string(), name: fields.required(name)?.to_string() })
    }

    fn inputs(&self, turn: &Turn) -> [Input; 2] {
        let [id, name] = Self::FIELDS;
        [
            Input::hidden(id, &self.id),
            Input::fixed(name, turn.language.say("token-name"), &self.name, self.name.clone()),
        ]
    }
}

/// A token gets another secret, which is shown once.
pub(super) struct Rotate {
    meant: Meant,
    days: u64,
    now: bool,
}

impl Task for Rotate {
    const PAGE: &'static str = "/admin/tokens/rotate";
    const LIST: &'static str = TOKENS;
    const ACT: Act = Act::RotateToken;
    const TITLE: &'static str = "token-rotate";
    const DOES: &'static str = "token-rotate-does";
    const DONE: &'static str = "rotated";
    const NAMES: &'static [&'static str] = &["token"];
    const FIELDS: &'static [&'static str] = &["token", "called", "days", "now"];

    async fn first(
        turn: &Turn,
        principal: &Principal,
        fields: &mut Fields,
    ) -> Result<Option<Self>, Refusal> {
        let meant = Meant::of_address((turn, principal), Self::ACT, fields).await?;
        Ok(meant.map(|meant| Self { meant, days: 90, now: false }))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let now = match fields.optional("now").as_deref().map(String::as_str) {
            None => false,
            Some("on") => true,
            Some(_) => return Err(Refusal::Form),
        };
        Ok(Self { days: days_of(fields)?, meant: Meant::take(fields)?, now })
    }

    fn inputs(&self, turn: &Turn, _: &Principal) -> Vec<Input> {
        let (say, ticked) = (|key| turn.language.say(key), self.now);
        let now = Tick { name: "now", label: say("token-now"), ticked };
        let mut inputs = self.meant.inputs(turn).to_vec();
        inputs.extend([lives(turn, self.days), Input::ticks("old", say("token-old"), vec![now])]);
        inputs
    }

    fn about(&self) -> Option<&str> {
        Some(&self.meant.id)
    }

    fn command(&self) -> Command {
        Command::Token(TokenCommand::Rotate {
            token: self.meant.id.clone(),
            overlap: self.now.then_some(0),
            lifetime: Some(seconds(self.days)),
        })
    }

    fn told(turn: &Turn, principal: &Principal, reply: &Reply) -> Outcome {
        issued(turn, principal, reply)
    }
}

/// A task with nothing to fill in.
macro_rules! plain {
    (
        $(#[$doc:meta])*
        $name:ident($page:literal, $act:expr, $done:literal),
        [$title:literal, $does:literal]
    ) => {
        $(#[$doc])*
        pub(super) struct $name(Meant);

        impl Task for $name {
            const PAGE: &'static str = $page;
            const LIST: &'static str = TOKENS;
            const ACT: Act = $act;
            const TITLE: &'static str = $title;
            const DOES: &'static str = $does;
            const DONE: &'static str = $done;
            const NAMES: &'static [&'static str] = &["token"];
            const FIELDS: &'static [&'static str] = &Meant::FIELDS;

            async fn first(
                turn: &Turn,
                principal: &Principal,
                fields: &mut Fields,
            ) -> Result<Option<Self>, Refusal> {
                let meant = Meant::of_address((turn, principal), Self::ACT, fields).await?;
                Ok(meant.map(Self))
            }

            fn take(fields: &mut Fields) -> Result<Self, Refusal> {
                Meant::take(fields).map(Self)
            }

            fn inputs(&self, turn: &Turn, _: &Principal) -> Vec<Input> {
                self.0.inputs(turn).to_vec()
            }

            fn about(&self) -> Option<&str> {
                Some(&self.0.id)
            }

            fn command(&self) -> Command {
                Command::Token(TokenCommand::$name { token: self.0.id.clone() })
            }
        }
    };
}

plain! {
    /// A token is out of use.
    Disable("/admin/tokens/disable", Act::DisableToken, "disabled"),
    ["token-disable", "token-disable-does"]
}

plain! {
    /// A token is in use again.
    Enable("/admin/tokens/enable", Act::EnableToken, "enabled"),
    ["token-enable", "token-enable-does"]
}

plain! {
    /// A token is void for ever.
    Revoke("/admin/tokens/revoke", Act::DisableToken, "revoked"),
    ["token-revoke", "token-revoke-does"]
}
