//! Service tokens: what a program shows instead of signing in. Each is good for one site, and there for
//! certain paths, methods and networks, until a day that was set when it was issued.
//!
//! The text is shown once ([`TokenText`]); what is kept of it is a SHA-256 ([`SecretHash`]). It has 160
//! bits of chance, so a plain hash is right (N-08: from 112 bits on).

mod presented;
mod record;
mod scope;
mod text;

pub use self::presented::HEADER;
pub use self::presented::Presented;
pub use self::presented::is_token_line;
pub use self::record::Previous;
pub use self::record::Rotation;
pub use self::record::ServiceToken;
pub use self::record::TokenName;
pub use self::record::TokenState;
pub use self::record::Unusable;
pub use self::scope::Asked;
pub use self::scope::OutOfScope;
pub use self::scope::Scope;
pub use self::scope::ScopeMethod;
pub use self::scope::ScopePath;
pub use self::text::PREFIX;
pub use self::text::SecretHash;
pub use self::text::TokenId;
pub use self::text::TokenText;
