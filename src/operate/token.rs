//! Acts on service tokens.

mod reading;

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use self::reading::bad;
use self::reading::lifetime;
use self::reading::network;
use self::reading::role_of_a_program;
use self::reading::span;
use super::By;
use super::OperateError;
use super::Operator;
use super::Reply;
use super::view::IssuedSecret;
use super::view::TokenReply;
use super::view::TokenView;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authority::Act;
use crate::authority::Target;
use crate::route::Alternative;
use crate::route::Proof;
use crate::secret::Secret;
use crate::service_token::Rotation;
use crate::service_token::Scope;
use crate::service_token::ScopeMethod;
use crate::service_token::ScopePath;
use crate::service_token::ServiceToken;
use crate::service_token::TokenId;
use crate::service_token::TokenName;
use crate::service_token::TokenState;
use crate::service_token::TokenText;
use crate::site::Site;
use crate::store::TokenChange;
use crate::subject::Role;

/// The most tokens that are kept.
const MOST: usize = 1000;

/// What an operator asks for about service tokens. A token is named by its name or its id.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TokenCommand {
    /// Issues one.
    Add(NewToken),
    /// All of them.
    List,
    /// One.
    Show {
        /// Which.
        token: String,
    },
    /// Gives it another secret and a new end.
    Rotate {
        /// Which.
        token: String,
        /// For how many seconds the old secret is still good; none: as long as is usual.
        overlap: Option<u64>,
        /// In how many seconds it ends; none: as usual.
        lifetime: Option<u64>,
    },
    /// Takes it out of use.
    Disable {
        /// Which.
        token: String,
    },
    /// Takes it into use again.
    Enable {
        /// Which.
        token: String,
    },
    /// Makes it void for ever.
    Revoke {
        /// Which.
        token: String,
    },
}

impl TokenCommand {
    /// Which act it is.
    pub(super) const fn act(&self) -> Act {
        match self {
            Self::Add(_) => Act::AddToken,
            Self::List | Self::Show { .. } => Act::SeeTokens,
            Self::Rotate { .. } => Act::RotateToken,
            Self::Enable { .. } => Act::EnableToken,
            Self::Disable { .. } | Self::Revoke { .. } => Act::DisableToken,
        }
    }
}

/// A token to be issued, as an operator writes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// Its name.
    pub name: String,
    /// The site it is for.
    pub site: String,
    /// Path patterns; none: all paths.
    pub paths: Vec<String>,
    /// Methods; none: all.
    pub methods: Vec<String>,
    /// CIDRs or addresses; none: from everywhere.
    pub networks: Vec<String>,
    /// In how many seconds it ends; none: as usual.
    pub lifetime: Option<u64>,
    /// What it may do in the gateway itself; none: nothing, it is for the console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

impl Operator {
    pub(super) async fn token(
        &self,
        by: &By,
        command: TokenCommand,
    ) -> Result<Reply, OperateError> {
        let reply = match command {
            TokenCommand::Add(new) => self.add_token(by, new).await,
            TokenCommand::List => self.list_tokens().await,
            TokenCommand::Show { token } => {
                let token = self.find_token(&token).await?;
                Ok(TokenReply::One(Box::new(self.token_view(token))))
            }
            TokenCommand::Rotate { token, overlap, lifetime } => {
                self.rotate_token(by, &token, overlap, lifetime).await
            }
            TokenCommand::Disable { token } => {
                self.set_token_state(by, &token, TokenState::Disabled).await
            }
            TokenCommand::Enable { token } => {
                self.set_token_state(by, &token, TokenState::Active).await
            }
            TokenCommand::Revoke { token } => self.revoke_token(by, &token).await,
        };
        Ok(Reply::Token(reply?))
    }

    async fn add_token(&self, by: &By, new: NewToken) -> Result<TokenReply, OperateError> {
        let name = TokenName::parse(&new.name)
            .ok_or_else(|| bad("name for a token", &new.name, "use 1 to 63 of a-z, 0-9 and `-`"))?;
        let lifetime = lifetime(new.lifetime)?;
        let role = new.role.map(role_of_a_program).transpose()?;
        let scope = self.scope(&new)?;
        let entropy = self.parts.entropy.as_ref();
        let id = TokenId::generate(entropy).map_err(|e| OperateError::failed(&e))?;
        let text = TokenText::generate(id, entropy).map_err(|e| OperateError::failed(&e))?;
        let now = self.parts.clock.now();
        let token = ServiceToken {
            id: text.id().clone(),
            name,
            scope,
            created: now,
            created_by: by.name(),
            expires: now.plus(lifetime),
            current: text.hash(),
            previous: None,
            last_used: None,
            state: TokenState::Active,
            role,
        };
        let audit = self
            .about_token(AuditKind::ServiceTokenIssued, by, &token)?
            .with("paths", list(&new.paths))
            .with("methods", list(&new.methods))
            .with("networks", list(&new.networks))
            .with("expires", token.expires);
        let audit = match role {
            Some(role) => audit.with("role", role.name()),
            None => audit,
        };
        let site = self.site(&token.scope.site)?;
        let change = self.parts.store.add_service_token(token.clone(), MOST, audit).await?;
        settle(change, token.name.as_str())?;
        Ok(self.issued(token, &text, &site).await)
    }

    async fn list_tokens(&self) -> Result<TokenReply, OperateError> {
        let tokens = self.parts.store.service_tokens().await?;
        Ok(TokenReply::All { tokens: tokens.into_iter().map(|it| self.token_view(it)).collect() })
    }

    async fn rotate_token(
        &self,
        by: &By,
        given: &str,
        overlap: Option<u64>,
        life: Option<u64>,
    ) -> Result<TokenReply, OperateError> {
        let mut token = self.find_token(given).await?;
        let longest = ServiceToken::LONGEST_OVERLAP;
        let overlap = span("overlap", overlap, ServiceToken::OVERLAP, Duration::ZERO..=longest)?;
        let lifetime = lifetime(life)?;
        let site = self.site(&token.scope.site)?;
        let text = TokenText::generate(token.id.clone(), self.parts.entropy.as_ref())
            .map_err(|e| OperateError::failed(&e))?;
        let now = self.parts.clock.now();
        let rotation = Rotation {
            hash: text.hash(),
            at: now,
            overlap_until: now.plus(overlap),
            expires: now.plus(lifetime),
        };
        let audit = self
            .about_token(AuditKind::ServiceTokenRotated, by, &token)?
            .with("overlap_until", rotation.overlap_until)
            .with("expires", rotation.expires);
        let change = self.parts.store.rotate_service_token(&token.id, rotation, audit).await?;
        settle(change, given)?;
        token.rotate(rotation);
        Ok(self.issued(token, &text, &site).await)
    }

    async fn set_token_state(
        &self,
        by: &By,
        given: &str,
        state: TokenState,
    ) -> Result<TokenReply, OperateError> {
        let mut token = self.find_token(given).await?;
        let kind = match state {
            TokenState::Active => AuditKind::ServiceTokenEnabled,
            TokenState::Disabled => AuditKind::ServiceTokenDisabled,
        };
        let audit = self.about_token(kind, by, &token)?;
        let change = self.parts.store.set_service_token_state(&token.id, state, audit).await?;
        settle(change, given)?;
        self.follow_token(&token.id).await;
        token.state = state;
        Ok(TokenReply::One(Box::new(self.token_view(token))))
    }

    async fn revoke_token(&self, by: &By, given: &str) -> Result<TokenReply, OperateError> {
        let token = self.find_token(given).await?;
        let audit = self.about_token(AuditKind::ServiceTokenRevoked, by, &token)?;
        let change = self.parts.store.revoke_service_token(&token.id, audit).await?;
        settle(change, given)?;
        let id = token.id.clone();
        let token = Box::new(self.token_view(token));
        self.follow_token(&id).await;
        Ok(TokenReply::Revoked { token })
    }

    /// Tells a secret, now or never: nothing here fails.
    async fn issued(&self, token: ServiceToken, text: &TokenText, site: &Site) -> TokenReply {
        self.follow_token(&token.id).await;
        let accepted = self.is_accepted(&token, site);
        let secret = IssuedSecret(Secret::new(text.expose().to_owned()));
        let (token, origin) = (Box::new(self.token_view(token)), site.origin.clone());
        TokenReply::Issued { token, secret, origin, accepted }
    }

    /// Whether anything takes such a token: at its site a route, or the API.
    fn is_accepted(&self, token: &ServiceToken, site: &Site) -> bool {
        if token.role.is_some() {
            let settings = self.settings.load();
            return settings.admin_sites.as_ref().is_none_or(|at| at.contains(site.name.as_str()));
        }
        let takes = |one: &Alternative| one.proof == Proof::ServiceToken;
        site.routes.requirements().any(|it| it.alternatives().iter().any(takes))
    }

    /// After an act of the store: the running gateway follows.
    async fn follow_token(&self, id: &TokenId) {
        if let Some(directory) = &self.parts.directory {
            directory.tokens().follow(id).await;
        }
    }

    async fn find_token(&self, given: &str) -> Result<ServiceToken, OperateError> {
        let mut tokens = self.parts.store.service_tokens().await?;
        // The id first: a name may be written like the id of another.
        let named = tokens.iter().position(|token| token.id.as_str() == given);
        let found = named.or_else(|| tokens.iter().position(|token| token.name.as_str() == given));
        found
            .map(|at| tokens.swap_remove(at))
            .ok_or_else(|| OperateError::NoSuchToken { given: given.to_owned() })
    }

    /// What a running gateway knows of its last use is newer than what is kept.
    fn token_view(&self, mut token: ServiceToken) -> TokenView {
        let live = self.parts.directory.as_ref().and_then(|it| it.tokens().get(&token.id));
        token.last_used = token.last_used.max(live.and_then(|live| live.last_used()));
        TokenView::new(token, self.parts.clock.now())
    }

    fn about_token(
        &self,
        kind: AuditKind,
        by: &By,
        token: &ServiceToken,
    ) -> Result<AuditEvent, OperateError> {
        by.may(Target::Token { role: token.role })?;
        let mut audit = self.event(kind, by).with("token", &token.id).with("name", &token.name);
        audit.site = Some(token.scope.site.clone());
        Ok(audit)
    }

    fn site(&self, name: &str) -> Result<Arc<Site>, OperateError> {
        let settings = self.settings.load();
        settings.sites.named(name).map(Arc::clone).ok_or_else(|| {
            let known: Vec<_> = settings.sites.iter().map(|site| site.name.as_str()).collect();
            OperateError::NoSuchSite { given: name.to_owned(), known: known.join(", ") }
        })
    }

    fn scope(&self, new: &NewToken) -> Result<Scope, OperateError> {
        self.site(&new.site)?;
        for (what, given) in
            [("paths", &new.paths), ("methods", &new.methods), ("networks", &new.networks)]
        {
            if given.len() > Scope::LONGEST_LIST {
                let why = format!("a token has at most {} of them", Scope::LONGEST_LIST);
                return Err(bad(&format!("list of {what}"), &list(given), &why));
            }
        }
        let path = |text: &String| {
            if text.len() > Scope::LONGEST_PATH {
                let why = format!("it has more than {} characters", Scope::LONGEST_PATH);
                return Err(bad("path", text, &why));
            }
            ScopePath::parse(text).map_err(|e| bad("path", text, &e.to_string()))
        };
        let method = |text: &String| {
            ScopeMethod::parse(&text.to_ascii_uppercase())
                .ok_or_else(|| bad("method", text, "write it as in GET or POST"))
        };
        Ok(Scope {
            site: new.site.clone(),
            paths: new.paths.iter().map(path).collect::<Result<_, _>>()?,
            methods: new.methods.iter().map(method).collect::<Result<_, _>>()?,
            networks: new.networks.iter().map(|text| network(text)).collect::<Result<_, _>>()?,
        })
    }
}

fn settle(change: TokenChange, given: &str) -> Result<(), OperateError> {
    let given = given.to_owned();
    match change {
        TokenChange::Done => Ok(()),
        TokenChange::NoSuchToken => Err(OperateError::NoSuchToken { given }),
        TokenChange::NameTaken => Err(OperateError::TokenNameTaken { name: given }),
        TokenChange::TooMany => Err(OperateError::TooManyTokens { most: MOST }),
    }
}

fn list(items: &[String]) -> String {
    if items.is_empty() { "all".to_owned() } else { items.join(" ") }
}
