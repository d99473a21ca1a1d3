//! The file's `first_factor`: the console's own login.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::trusted_header::TrustedHeaderSection;

/// How people prove who they are first, where it is not with accounts of the gateway's own.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "`accounts`, or a mapping with one key such as `console_form`"
)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub(in crate::config) struct FirstFactorSection {
    /// With the console's own login form: its users, its passwords, its page.
    pub(in crate::config) console_form: Option<ConsoleFormSection>,
    /// With the console's own sign-on: a provider of identities that the console sends people to.
    pub(in crate::config) console_sso: Option<Box<ConsoleSsoSection>>,
    /// With user names and passwords of a console that asks for HTTP Basic, on the gateway's own page.
    pub(in crate::config) console_basic: Option<ConsoleBasicSection>,
    /// With a sign-on in front of the gateway, which says who a request comes from.
    pub(in crate::config) trusted_header: Option<Box<TrustedHeaderSection>>,
}

/// A console that asks for HTTP Basic.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `probe` and `attempts`")]
pub(in crate::config) struct ConsoleBasicSection {
    /// Whose users sign in there: 1 to 63 of a-z, 0-9 and `-`. Sites of one source have the same people.
    #[schemars(regex(pattern = r"^[a-z0-9-]{1,63}$"))]
    pub(in crate::config) source: Option<String>,
    /// What the console is asked to learn whether a password is right.
    pub(in crate::config) probe: Option<ProbeSection>,
    /// How many wrong passwords in a row of one person the console is asked; from then on one an hour, until one is
    /// right. Fewer than the console's own lock-out takes.
    #[schemars(range(min = 1, max = 100), extend("default" = 10))]
    pub(in crate::config) attempts: Option<u32>,
    /// The same for the wrong passwords of everybody together, for consoles that lock everybody out.
    #[schemars(range(min = 1, max = 10000))]
    pub(in crate::config) attempts_by_all: Option<u32>,
    /// What becomes of people whom the console lets in, and who have no account yet.
    #[schemars(extend("default" = "create"))]
    pub(in crate::config) unknown_users: Option<UnknownUsersWord>,
}

/// A request of the gateway's own with somebody's password.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `path` and `success`")]
pub(in crate::config) struct ProbeSection {
    /// Its path and query. People must be let in there as far as networks and places go.
    #[schemars(extend("default" = "/"))]
    pub(in crate::config) path: Option<String>,
    /// Its method.
    #[schemars(extend("default" = "GET"))]
    pub(in crate::config) method: Option<String>,
    /// What an answer shows to a right password; all of it. Without the key: a status from 200 to 399, where the same
    /// request without a password is answered with 401.
    pub(in crate::config) success: Option<Box<SignsSection>>,
}

/// A console's own login form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with `page`, `login` and `success`")]
pub(in crate::config) struct ConsoleFormSection {
    /// Whose users sign in there: 1 to 63 of a-z, 0-9 and `-`. Sites of one source have the same people.
    #[schemars(regex(pattern = r"^[a-z0-9-]{1,63}$"))]
    pub(in crate::config) source: Option<String>,
    /// Path and query of the page on which people sign in. It is served before anybody did.
    #[schemars(required)]
    pub(in crate::config) page: Option<String>,
    /// What else is served before sign-in, to GET and HEAD only: `/themes` with everything below it, `=/favicon.ico`
    /// alone. In nobody's name, and never with a cookie of the console's sessions.
    pub(in crate::config) public: Option<Vec<Option<String>>>,
    /// The request that carries the password.
    #[schemars(required)]
    pub(in crate::config) login: Option<LoginSection>,
    /// What the console's answer shows when it let somebody in. Everything that is named must be there.
    #[schemars(required)]
    pub(in crate::config) success: Option<Box<SignsSection>>,
    /// What it must not show then: none of it.
    pub(in crate::config) unless: Option<Box<SignsSection>>,
    /// What it shows when it did not, and may be seen: its own page that says so. Without the key, or where an answer
    /// is neither, the gateway says it.
    pub(in crate::config) failure: Option<Box<SignsSection>>,
    /// Where the console says who it let in; default: it is who the login names. For consoles that take several names
    /// for one person, such as an address.
    pub(in crate::config) user_from: Option<UserFromSection>,
    /// The request with which people sign out there: it ends the gateway's session as well.
    pub(in crate::config) logout: Option<LogoutSection>,
    /// How people may be called; `*` stands for any characters. Default: no name with an `@` in it. A console that
    /// takes other names for one person, such as their address, would give them an account, and a second factor, for
    /// each.
    #[schemars(length(min = 1))]
    pub(in crate::config) names: Option<Vec<Option<String>>>,
    /// Which comes first: `login_first`, or `second_factor_first` for consoles whose scripts sign in.
    #[schemars(extend("default" = "login_first"))]
    pub(in crate::config) order: Option<OrderWord>,
    /// What becomes of people whom the console lets in, and who have no account yet.
    #[schemars(extend("default" = "create"))]
    pub(in crate::config) unknown_users: Option<UnknownUsersWord>,
}

/// A console that sends people to a provider of identities (`OpenID` Connect, SAML), which sends them back.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with `start`, `callback` and `success`")]
pub(in crate::config) struct ConsoleSsoSection {
    /// Whose users sign in there: 1 to 63 of a-z, 0-9 and `-`. Sites of one source have the same people.
    #[schemars(regex(pattern = r"^[a-z0-9-]{1,63}$"))]
    pub(in crate::config) source: Option<String>,
    /// Path and query of the page at which the way to the provider begins. It is served before anybody signed in.
    #[schemars(required)]
    pub(in crate::config) start: Option<String>,
    /// What else is served before sign-in, to GET and HEAD only: `/static` with everything below it, `=/favicon.ico`
    /// alone.
    pub(in crate::config) public: Option<Vec<Option<String>>>,
    /// The request with which people come back from the provider.
    #[schemars(required)]
    pub(in crate::config) callback: Option<CallbackSection>,
    /// Where the console says who came back.
    #[schemars(required)]
    pub(in crate::config) user_from: Option<UserFromSection>,
    /// What the console's answer shows when it let somebody in. Everything that is named must be there.
    #[schemars(required)]
    pub(in crate::config) success: Option<Box<SignsSection>>,
    /// What it must not show then: none of it.
    pub(in crate::config) unless: Option<Box<SignsSection>>,
    /// What it shows when it did not, and may be seen. Without the key, or where an answer is neither, the gateway says
    /// it.
    pub(in crate::config) failure: Option<Box<SignsSection>>,
    /// Whether the gateway asks for a second factor of its own.
    #[schemars(extend("default" = "ask"))]
    pub(in crate::config) second_factor: Option<FurtherWord>,
    /// The request with which people sign out there: it ends the gateway's session as well.
    pub(in crate::config) logout: Option<LogoutSection>,
    /// How people may be called; `*` stands for any characters. Default: no name with an `@` in it.
    #[schemars(length(min = 1))]
    pub(in crate::config) names: Option<Vec<Option<String>>>,
    /// What becomes of people whom the console lets in, and who have no account yet.
    #[schemars(extend("default" = "create"))]
    pub(in crate::config) unknown_users: Option<UnknownUsersWord>,
}

/// Whether a second factor is asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum FurtherWord {
    /// It is.
    #[default]
    Ask,
    /// What the provider asks for is enough.
    NotAsked,
}

/// The request with which people come back.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the key `path`")]
pub(in crate::config) struct CallbackSection {
    /// Its path, exactly.
    #[schemars(required)]
    pub(in crate::config) path: Option<String>,
    /// GET, or POST where the provider has browsers send a form.
    #[schemars(extend("default" = "GET"))]
    pub(in crate::config) method: Option<CallbackMethod>,
    /// What its query has, each once, whatever it says; default: `code` with GET, nothing with POST.
    pub(in crate::config) parameters: Option<Vec<Option<String>>>,
}

/// How people come back.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(in crate::config) enum CallbackMethod {
    /// By a redirect.
    #[default]
    Get,
    /// With a form (`response_mode=form_post`, SAML's POST binding).
    Post,
}

/// Where a console says who has signed in: one of `json` and `header`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with `json` or `header`")]
pub(in crate::config) struct UserFromSection {
    /// Path and query of what the gateway asks for with the session that the login opened; default: the answer to the
    /// login says it.
    pub(in crate::config) path: Option<String>,
    /// The keys that lead to the name in the JSON of the answer, such as `user/login`.
    pub(in crate::config) json: Option<String>,
    /// The field of the answer's head that is the name.
    pub(in crate::config) header: Option<String>,
}

/// The request that carries the password.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with `path` and `user_field`")]
pub(in crate::config) struct LoginSection {
    /// Its path, exactly.
    #[schemars(required)]
    pub(in crate::config) path: Option<String>,
    /// Its method.
    #[schemars(extend("default" = "POST"))]
    pub(in crate::config) method: Option<String>,
    /// What its query says, each once.
    pub(in crate::config) query: Option<BTreeMap<String, Option<String>>>,
    /// How its body is written.
    #[schemars(extend("default" = "urlencoded"))]
    pub(in crate::config) body: Option<BodyWord>,
    /// The field that names the user; in JSON the keys that lead there, such as `credentials/user`.
    pub(in crate::config) user_field: Option<String>,
    /// Who it always is, where the console asks for a password only.
    pub(in crate::config) user: Option<String>,
}

/// The request with which people sign out.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the key `path`")]
pub(in crate::config) struct LogoutSection {
    /// Its path, exactly.
    #[schemars(required)]
    pub(in crate::config) path: Option<String>,
    /// Its methods; default: any.
    #[schemars(length(min = 1))]
    pub(in crate::config) methods: Option<Vec<Option<String>>>,
    /// Whether the gateway sends it when somebody signs out on its own page, with the first of its methods, or GET, and
    /// without a body.
    #[schemars(extend("default" = false))]
    pub(in crate::config) call: Option<bool>,
    /// What its query says, each once.
    pub(in crate::config) query: Option<BTreeMap<String, Option<String>>>,
}

impl ProbeSection {
    /// Nothing is said.
    pub(in crate::config) const EMPTY: Self = Self { path: None, method: None, success: None };
}

/// Signs of an answer; in texts other than those of `body`, `*` stands for any characters.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `status` and `location`")]
pub(in crate::config) struct SignsSection {
    /// One of these statuses.
    #[schemars(length(min = 1))]
    pub(in crate::config) status: Option<Vec<Option<u16>>>,
    /// What `Location` says, as the console writes it.
    pub(in crate::config) location: Option<String>,
    /// Names of cookies that are set, and not deleted.
    pub(in crate::config) sets: Option<Vec<Option<String>>>,
    /// Names of cookies that are deleted.
    pub(in crate::config) deletes: Option<Vec<Option<String>>>,
    /// Header fields and what they say.
    pub(in crate::config) headers: Option<BTreeMap<String, Option<String>>>,
    /// What the JSON body says, by the keys that lead there, such as `user/name`; `*`: anything but null.
    pub(in crate::config) json: Option<BTreeMap<String, Option<String>>>,
    /// Texts in the body.
    pub(in crate::config) body: Option<Vec<Option<String>>>,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum BodyWord {
    /// As HTML forms are.
    #[default]
    Urlencoded,
    /// As HTML forms with files are.
    Multipart,
    /// As JSON.
    Json,
}

/// What becomes of people who have no account yet.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum UnknownUsersWord {
    /// They get one.
    #[default]
    Create,
    /// They are not let in.
    Refuse,
}

/// Which comes first.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum OrderWord {
    /// The console's login: its answer waits for the second factor.
    #[default]
    LoginFirst,
    /// The second factor, on a page of the gateway's: then the console's login, which must be the same person's.
    SecondFactorFirst,
}
