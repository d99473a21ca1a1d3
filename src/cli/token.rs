//! `token`: service tokens, for programs that cannot sign in.

use std::time::Duration;

use clap::Args;
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reach;
use super::render;
use crate::config;
use crate::operate;
use crate::operate::Command;
use crate::operate::NewToken;
use crate::operate::Reply;
use crate::operate::view::IssuedSecret;
use crate::operate::view::TokenReply;
use crate::operate::view::TokenView;
use crate::subject::Role;

const ADD_HELP: &str = "\
A token is good where a route accepts `service_token`, and there for nothing beyond its own scope. It is
printed once; the gateway keeps a hash of it.

With --role it is for the gateway's own API instead, and for no console: docs/api.md tells what each role may do.

Examples:
  portcullis token add ci --site console --path /api --method GET --network 192.0.2.0/24
  portcullis token add backup --site console --path =/export --expires 30d
  portcullis token add watch --site console --role auditor --network 192.0.2.7";

const ROTATE_HELP: &str = "\
The program gets the new secret while the old one is still good, for a day unless --overlap says otherwise.
With --now the old one is void at once and what it had open ends: for when it is known to others.";

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Issue a token and print it, once.
    #[command(after_help = ADD_HELP)]
    Add(AddArguments),
    /// List tokens, by name: when each expires and when it was last used.
    List,
    /// Show a token: its scope and how it stands; never its secret.
    Show {
        /// Name or id.
        token: String,
    },
    /// Give a token a new secret and a new end; print it, once.
    #[command(after_help = ROTATE_HELP)]
    Rotate(RotateArguments),
    /// Take a token out of use; ends what it has open.
    Disable {
        /// Name or id.
        token: String,
    },
    /// Take a token into use again.
    Enable {
        /// Name or id.
        token: String,
    },
    /// Make a token void for ever; ends what it has open.
    Revoke {
        /// Name or id.
        token: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct AddArguments {
    /// Its name: letters a-z, digits and -
    name: String,
    /// The site it is good for.
    #[arg(long)]
    site: String,
    /// A path it is good for, as routes are written; may be repeated; all, unless given.
    #[arg(long = "path", value_name = "PATTERN")]
    paths: Vec<String>,
    /// A method it is good for; may be repeated; all, unless given.
    #[arg(long = "method", value_name = "METHOD")]
    methods: Vec<String>,
    /// A network it may be used from; may be repeated; all, unless given.
    #[arg(long = "network", value_name = "CIDR")]
    networks: Vec<String>,
    /// How long it lives, at most 366d; 90d, unless given.
    #[arg(long, value_name = "SPAN", value_parser = span)]
    expires: Option<Duration>,
    /// For the gateway's API, with the rights of this role; for the console, unless given.
    #[arg(long, value_parser = role())]
    role: Option<Role>,
}

#[derive(Debug, Args)]
pub(super) struct RotateArguments {
    /// Name or id.
    token: String,
    /// How long the old secret is still good, at most 30d; 24h, unless given.
    #[arg(long, value_name = "SPAN", value_parser = span, conflicts_with = "now")]
    overlap: Option<Duration>,
    /// The old secret is void at once.
    #[arg(long)]
    now: bool,
    /// How long the token lives from now on, at most 366d; 90d, unless given.
    #[arg(long, value_name = "SPAN", value_parser = span)]
    expires: Option<Duration>,
}

/// Nobody who is not a person is an owner.
fn role() -> impl TypedValueParser<Value = Role> {
    let roles = [Role::Auditor, Role::HelpDesk, Role::Admin];
    PossibleValuesParser::new(roles.map(Role::name))
        .try_map(|name| Role::from_name(&name).ok_or("there is no such role"))
}

fn span(text: &str) -> Result<Duration, &'static str> {
    config::span(text).ok_or("write a whole number and a unit: 90s, 30m, 12h, 14d")
}

/// Does what the arguments say.
pub(super) fn run(command: TokenCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    let seconds = |span: Option<Duration>| span.map(|span| span.as_secs());
    let (command, done) = match command {
        TokenCommand::Add(add) => {
            let new = NewToken {
                name: add.name,
                site: add.site,
                paths: add.paths,
                methods: add.methods,
                networks: add.networks,
                lifetime: seconds(add.expires),
                role: add.role,
            };
            (operate::TokenCommand::Add(new), "")
        }
        TokenCommand::Rotate(RotateArguments { token, overlap, now, expires }) => {
            let overlap = if now { Some(0) } else { seconds(overlap) };
            (operate::TokenCommand::Rotate { token, overlap, lifetime: seconds(expires) }, "")
        }
        TokenCommand::List => (operate::TokenCommand::List, ""),
        TokenCommand::Show { token } => (operate::TokenCommand::Show { token }, ""),
        TokenCommand::Disable { token } => (
            operate::TokenCommand::Disable { token },
            "\nDisabled: requests with it are refused, and what it had open ends.",
        ),
        TokenCommand::Enable { token } => {
            (operate::TokenCommand::Enable { token }, "\nEnabled: it is good again.")
        }
        TokenCommand::Revoke { token } => (
            operate::TokenCommand::Revoke { token },
            "\nRevoked: requests with it are refused, and what it had open ends. Its name is free again.",
        ),
    };
    let Reply::Token(reply) = reach::ask(context, Command::Token(command))? else {
        return Err(reach::unexpected());
    };
    tell(context, reply, done)
}

fn tell(context: &mut Context<'_>, reply: TokenReply, done: &str) -> Result<(), Failure> {
    match reply {
        TokenReply::One(token) if context.json => context.print_json(&token),
        TokenReply::Revoked { token } if context.json => {
            context.print_json(&json!({ "revoked": token }))
        }
        TokenReply::One(token) | TokenReply::Revoked { token } => {
            render::token(context.out, &token)?;
            if !done.is_empty() {
                writeln!(context.out, "{done}")?;
            }
            Ok(())
        }
        TokenReply::All { tokens } if context.json => {
            context.print_json(&json!({ "tokens": tokens }))
        }
        TokenReply::All { tokens } => render::tokens(context.out, &tokens),
        TokenReply::Issued { token, secret, origin, accepted } if context.json => {
            let issued = json!({
                "token": token, "secret": secret, "origin": origin, "accepted": accepted,
            });
            context.print_json(&issued)
        }
        TokenReply::Issued { token, secret, origin, accepted } => {
            issued(context, &token, &secret, &origin)?;
            if !accepted && token.role.is_some() {
                let site = &token.site;
                writeln!(
                    context.out,
                    "\nThe API is not at `{site}`: add it to `admin.sites` in gateway.yaml, or issue a token for a site that is there."
                )?;
            } else if !accepted {
                let site = &token.site;
                writeln!(
                    context.out,
                    "\nNo route of `{site}` accepts it: give one `require: service_token` in gateway.yaml."
                )?;
            }
            Ok(())
        }
    }
}

/// The one time that a token is told.
fn issued(
    context: &mut Context<'_>,
    token: &TokenView,
    secret: &IssuedSecret,
    origin: &str,
) -> Result<(), Failure> {
    render::token(context.out, token)?;
    let secret = secret.0.expose();
    // A pattern with `*` is no path to try; its beginning is.
    let path = token.paths.first().map_or("/", |path| path.trim_start_matches('='));
    let path = path.split('*').next().unwrap_or("/");
    let path = match token.role {
        Some(_) => format!("{}/api/v1/me", context.configuration_without_lists()?.portal.prefix),
        None => path.to_owned(),
    };
    writeln!(
        context.out,
        "\nThe token. It is shown this once; nobody can show it again:\n\n  {secret}\n\n\
         Keep it where the program keeps its secrets, then:\n\n  \
         curl --header \"Portcullis-Token: $TOKEN\" {origin}{path}"
    )?;
    if let Some(until) = token.previous_until {
        writeln!(context.out, "\nThe secret before this one is good until {until}.")?;
    }
    Ok(())
}
