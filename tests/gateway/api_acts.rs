//! What is done through the HTTP API: by whom, to which version, why; and what is read of it.

use serde_json::json;

use crate::support::api::Description;
use crate::support::api::Script;
use crate::support::api::problem;
use crate::support::api::token;
use crate::support::api::told;
use crate::support::browser::Browser;
use crate::support::office::Office;
use crate::support::person::Person;
use crate::support::raw_client::Response;

const JSON: &str = "Content-Type: application/json\r\n";
const WHATEVER: &str = "If-Match: *\r\n";
const WHY: &str = "Portcullis-Reason: phone lost, seen in person\r\n";

struct World {
    office: Office,
    /// An owner.
    alice: Person,
    owner: Script,
    /// A user.
    bob: Person,
}

impl World {
    fn new() -> Self {
        let (mut alice, bob) = (Person::named("alice"), Person::of_role("bob", "user"));
        let office = Office::open(&[&alice, &bob]);
        let owner = Script::signed_in(&office.gateway, &mut alice);
        Self { office, alice, owner, bob }
    }

    fn id(&self, login: &str) -> String {
        self.office.id(login)
    }

    /// The last record of something that was done. That something was refused is told a moment later, many in one record.
    fn last_act(&self) -> serde_json::Value {
        let told = self.owner.get("/audit?limit=100");
        let mut all = told["records"].as_array().unwrap().iter();
        let is_act = |it: &&serde_json::Value| it["kind"] != "request_refused";
        all.find(is_act).expect("an act")["seq"].clone()
    }

    /// Somebody of that role, who is signed in.
    fn person(&self, login: &str, role: &'static str) -> Script {
        let mut person = Person::of_role(login, role);
        self.office.gateway.add(&person);
        Script::signed_in(&self.office.gateway, &mut person)
    }
}

/// Asks with everything that is needed.
fn act(script: &Script, method: &str, path: &str, body: &str) -> Response {
    let kind = if body.is_empty() { "" } else { JSON };
    script.ask(method, path, &format!("{WHATEVER}{WHY}{kind}"), body)
}

fn is_refused(answer: &Response, status: u16, name: &str) {
    let got = (answer.status, problem(answer));
    assert_eq!(got, (status, Some(name.to_owned())), "{}", answer.text());
}

#[test]
fn what_is_done_over_http_is_recorded_as_what_is_done_on_the_command_line() {
    let mut world = World::new();
    let bob = world.id("bob");
    let mut browser = Browser::new(&world.office.gateway);
    browser.sign_in(&mut world.bob);
    assert!(browser.gets_through());
    let reason = "Portcullis-Reason: T%C3%BCr offen, 50%25\r\n";
    let path = format!("/users/{bob}/disable");
    let done = world.owner.ask("POST", &path, &format!("{WHATEVER}{reason}"), "");
    assert_eq!(done.status, 200, "{}", done.text());
    let done = told(&done);
    assert_eq!((&done["user"]["state"], &done["sessions_ended"]), (&json!("disabled"), &json!(1)));
    assert!(!browser.gets_through());
    let record = world.office.last("account_disabled");
    assert_eq!(record["actor"], json!({ "kind": "subject", "id": world.id("alice") }));
    assert_eq!(record["target"], bob);
    assert_eq!(record["detail"]["reason"], "Tür offen, 50%");
    assert_eq!(record["detail"]["way"], "api");
    assert_eq!((&record["site"], &record["client"]), (&json!("console"), &json!("127.0.0.1")));
    assert!(record["request_id"].is_string());

    let done = act(&world.owner, "POST", &format!("/users/{bob}/enable"), "");
    assert_eq!((done.status, &told(&done)["user"]["state"]), (200, &json!("active")));
    let program = Script::of_role(&world.office.gateway, "admin");
    let done = act(&program, "POST", &path, "");
    assert_eq!((done.status, &told(&done)["user"]["state"]), (200, &json!("disabled")));
    let record = world.office.last("account_disabled");
    assert_eq!(record["actor"], json!({ "kind": "token", "id": program.get("/me")["id"] }));
}

/// Whoever acts has seen what they act on.
#[test]
fn an_account_is_changed_as_it_was_seen_or_not_at_all() {
    let world = World::new();
    let bob = world.id("bob");
    let disable = |lines: &str| {
        let lines = format!("{lines}{WHY}");
        world.owner.ask("POST", &format!("/users/{bob}/disable"), &lines, "")
    };
    let seen = world.owner.ask("GET", &format!("/users/{bob}"), "", "");
    let seen = seen.header("etag").unwrap().to_owned();
    is_refused(&disable(""), 428, "must_match");
    is_refused(&disable("If-Match: x\r\n"), 400, "if_match");
    is_refused(&disable(&format!("If-Match: {seen}\r\nIf-Match: {seen}\r\n")), 400, "if_match");
    is_refused(&disable(&format!("If-Match: W/{seen}\r\n")), 412, "changed");
    is_refused(&disable("If-Match: \"x\"\r\n"), 412, "changed");
    world.office.gateway.cli_ok(&["user", "set-role", "bob", "auditor"], "");
    is_refused(&disable(&format!("If-Match: {seen}\r\n")), 412, "changed");
    assert_eq!(world.owner.get(&format!("/users/{bob}"))["state"], "active");

    let seen = world.owner.ask("GET", &format!("/users/{bob}"), "", "");
    let seen = seen.header("etag").unwrap().to_owned();
    let done = disable(&format!("If-Match: {seen}\r\n"));
    assert_eq!(done.status, 200, "{}", done.text());
    assert_ne!(done.header("etag"), Some(seen.as_str()));
    is_refused(&disable(&format!("If-Match: {seen}\r\n")), 412, "changed");
    // Sessions are no part of an account: their end needs no version, and heeds one that is said.
    let end = |lines: &str| world.owner.ask("DELETE", &format!("/users/{bob}/sessions"), lines, "");
    is_refused(&end(&format!("If-Match: {seen}\r\n")), 412, "changed");
    assert_eq!(end("").status, 200);
}

/// Of several who have seen the same, one changes it.
#[test]
fn of_several_changes_at_once_to_the_same_version_one_is_made() {
    let world = World::new();
    let path = format!("/users/{}", world.id("bob"));
    let seen = world.owner.ask("GET", &path, "", "").header("etag").unwrap().to_owned();
    let lines = format!("If-Match: {seen}\r\n{WHY}{JSON}");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let set = |at: usize| {
            let (owner, path, lines) = (&world.owner, format!("{path}/role"), &lines);
            let role = ["auditor", "help_desk", "admin"][at % 3];
            let body = format!("{{\"role\":\"{role}\"}}");
            scope.spawn(move || owner.ask("PUT", &path, lines, &body).status)
        };
        let all: Vec<_> = (0..12).map(set).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let of = |status| statuses.iter().filter(|it| **it == status).count();
    assert_eq!((of(200), of(412)), (1, 11), "{statuses:?}");
}

/// A-259: what is not described is not taken, and nothing is taken twice.
#[test]
fn fields_that_are_not_described_or_come_twice_are_refused_a259() {
    let world = World::new();
    let bob = world.id("bob");
    let add = |body: &str| act(&world.owner, "POST", "/users", body);
    let with = |field: &str| {
        add(&format!("{{\"login\":\"carol\",\"password\":\"quarry-Lantern-9\"{field}}}"))
    };
    for field in [
        ",\"id\":\"x\"",
        ",\"created_at\":\"2020-01-01\"",
        ",\"state\":\"active\"",
        ",\"enforced\":false",
        ",\"verified\":true",
        ",\"terms\":{}",
        ",\"role\":\"user\",\"role\":\"owner\"",
        ",\"login\":\"dave\"",
        ",\"role\":\"emperor\"",
        ",\"role\":null,\"Role\":\"owner\"",
        ",\"groups\":\"admins\"",
    ] {
        is_refused(&with(field), 422, "bad_body");
    }
    let field = told(&with(",\"role\":\"emperor\""))["field"].clone();
    assert_eq!(field, "role");
    let role = format!("/users/{bob}/role");
    for body in ["{\"role\":\"owner\",\"id\":\"x\"}", "{}", "[]", "[\"owner\"]", "{\"role\":[]}"] {
        is_refused(&act(&world.owner, "PUT", &role, body), 422, "bad_body");
    }
    for body in ["{", "{\"role\":\"user\"}x", "role=user", "\u{feff}{}"] {
        is_refused(&act(&world.owner, "PUT", &role, body), 400, "no_json");
    }
    for kind in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/json; charset=utf-16\r\n",
        "Content-Type: application/json\r\nContent-Type: text/plain\r\n",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
    ] {
        let lines = format!("{WHATEVER}{WHY}{kind}");
        let answer = world.owner.ask("PUT", &role, &lines, "{\"role\":\"auditor\"}");
        is_refused(&answer, 415, "media_type");
    }
    let answer = world.owner.ask("GET", &format!("/users/{bob}"), JSON, "{}");
    is_refused(&answer, 400, "no_json");
    is_refused(&act(&world.owner, "POST", &format!("/users/{bob}/disable"), "{}"), 400, "no_json");
    assert_eq!(world.owner.get("/users")["total"], 2);
    assert_eq!(world.owner.get(&format!("/users/{bob}"))["role"], "user");
}

#[test]
fn what_is_grave_needs_a_reason_that_can_be_read() {
    let world = World::new();
    let bob = world.id("bob");
    let path = format!("/users/{bob}/mfa");
    let reset = |lines: &str| world.owner.ask("DELETE", &path, &format!("{WHATEVER}{lines}"), "");
    is_refused(&reset(""), 400, "no_reason");
    for lines in
        ["Portcullis-Reason: \r\n", "Portcullis-Reason: %zz\r\n", "Portcullis-Reason: a%0Ab\r\n"]
    {
        is_refused(&reset(lines), 400, "bad_reason");
    }
    is_refused(&reset(&format!("{WHY}{WHY}")), 400, "bad_reason");
    assert_eq!(reset(WHY).status, 200);
    assert_eq!(world.office.last("mfa_reset")["detail"]["reason"], "phone lost, seen in person");
}

/// A-176, A-260: programs take rights away; what opens a way in is for people, and nobody acts on their equals.
#[test]
fn a_program_contains_people_below_it_and_opens_no_way_in_a176_a260() {
    let mut world = World::new();
    world.person("ann", "admin");
    let (bob, ann, alice) = (world.id("bob"), world.id("ann"), world.id("alice"));
    let program = Script::of_role(&world.office.gateway, "admin");
    Browser::new(&world.office.gateway).sign_in(&mut world.bob);
    let ended = act(&program, "DELETE", &format!("/users/{bob}/sessions"), "");
    assert_eq!(told(&ended)["sessions_ended"], 1, "{}", ended.text());
    for id in [&ann, &alice] {
        for (method, path) in [("POST", "disable"), ("DELETE", "sessions")] {
            let answer = act(&program, method, &format!("/users/{id}/{path}"), "");
            is_refused(&answer, 403, "not_allowed");
        }
    }
    // Nor does it bring anybody back, once they were disabled, or take away what stands between a password and the console.
    assert_eq!(act(&program, "POST", &format!("/users/{bob}/disable"), "").status, 200);
    token(&world.office.gateway, "ci", &[]);
    world.office.gateway.cli_ok(&["token", "disable", "ci"], "");
    let before = world.last_act();
    let new = "{\"login\":\"carol\",\"password\":\"quarry-Lantern-9\"}";
    let password = "{\"password\":\"quarry-Lantern-9\"}";
    for (method, path, body) in [
        ("POST", "/users".to_owned(), new),
        ("PUT", format!("/users/{bob}/role"), "{\"role\":\"auditor\"}"),
        ("PUT", format!("/users/{bob}/password"), password),
        ("POST", format!("/users/{bob}/enable"), ""),
        ("DELETE", format!("/users/{bob}/mfa"), ""),
        ("DELETE", format!("/users/{bob}/contacts/email"), ""),
        ("PATCH", format!("/users/{bob}/terms"), "{\"mode\":\"optional\"}"),
        ("PUT", format!("/users/{bob}/contacts/email"), "{\"address\":\"a@b.example\"}"),
        ("POST", format!("/users/{bob}/password-link"), ""),
        ("DELETE", format!("/users/{bob}"), ""),
        ("POST", format!("/users/{bob}/recovery-code"), ""),
        ("POST", "/tokens".to_owned(), "{\"name\":\"more\"}"),
        ("POST", "/tokens/as-admin/rotate".to_owned(), "{}"),
        ("POST", "/tokens/ci/enable".to_owned(), ""),
        ("PATCH", "/enforcement".to_owned(), "{\"mode\":\"optional\"}"),
        ("DELETE", "/sessions".to_owned(), ""),
        ("POST", "/keys/rotate".to_owned(), "{\"mode\":\"now\"}"),
    ] {
        is_refused(&act(&program, method, &path, body), 403, "not_allowed");
    }
    assert_eq!(world.last_act(), before, "nothing is done");
}

/// A token that is good again is a way in: it takes a reason, as the one that made it did.
#[test]
fn a_token_is_taken_into_use_again_for_a_reason_alone_a180() {
    let world = World::new();
    token(&world.office.gateway, "ci", &[]);
    let ask =
        |what: &str, lines: &str| world.owner.ask("POST", &format!("/tokens/ci/{what}"), lines, "");
    assert_eq!(ask("disable", "").status, 200);
    is_refused(&ask("enable", ""), 400, "no_reason");
    assert_eq!(told(&ask("enable", WHY))["standing"], "active");
    let record = world.office.last("service_token_enabled");
    assert_eq!(record["detail"]["reason"], "phone lost, seen in person");
}

/// A-182, A-260: a token is weaker than whoever issues it, and good for what it says at once.
#[test]
fn a_token_is_issued_below_its_issuer_and_works_until_it_is_revoked_a182_a260() {
    let world = World::new();
    let admin = world.person("ann", "admin");
    let issue = |by: &Script, body: &str| act(by, "POST", "/tokens", body);
    is_refused(&issue(&admin, "{\"name\":\"peer\",\"role\":\"admin\"}"), 403, "not_allowed");
    for role in ["owner", "user"] {
        let body = format!("{{\"name\":\"high\",\"role\":\"{role}\"}}");
        is_refused(&issue(&world.owner, &body), 422, "bad_token");
    }
    let issued = issue(&admin, "{\"name\":\"desk\",\"role\":\"help_desk\",\"lifetime\":3600}");
    assert_eq!(issued.status, 201, "{}", issued.text());
    let issued = told(&issued);
    assert_eq!(
        (&issued["token"]["role"], &issued["accepted"]),
        (&json!("help_desk"), &json!(true))
    );
    let id = issued["token"]["id"].as_str().unwrap().to_owned();
    let desk = Script::with_token(&world.office.gateway, issued["secret"].as_str().unwrap());
    assert_eq!(desk.get("/me")["role"], "help_desk");
    let rotated = act(&admin, "POST", &format!("/tokens/{id}/rotate"), "{\"overlap\":0}");
    assert_eq!(rotated.status, 200, "{}", rotated.text());
    is_refused(&desk.ask("GET", "/me", "", ""), 401, "token_invalid");
    let secret = told(&rotated)["secret"].as_str().unwrap().to_owned();
    let desk = Script::with_token(&world.office.gateway, &secret);
    assert_eq!(desk.get("/me")["role"], "help_desk");
    assert_eq!(act(&admin, "POST", &format!("/tokens/{id}/disable"), "").status, 200);
    is_refused(&desk.ask("GET", "/me", "", ""), 401, "token_invalid");
    assert_eq!(act(&admin, "POST", &format!("/tokens/{id}/enable"), "").status, 200);
    assert_eq!(act(&admin, "DELETE", &format!("/tokens/{id}"), "").status, 200);
    is_refused(&desk.ask("GET", "/me", "", ""), 401, "token_invalid");
    is_refused(&act(&admin, "DELETE", &format!("/tokens/{id}"), ""), 404, "no_such_token");
    let all = world.office.gateway.cli_ok(&["--json", "audit", "tail"], "");
    assert!(!all.contains(&secret), "a secret in the log");
}

/// A name may be written like the id of another token: what is named by an id is that one.
#[test]
fn a_token_that_is_called_like_another_ones_id_is_not_taken_for_it() {
    let world = World::new();
    let victim = token(&world.office.gateway, "victim", &["--role", "auditor"]);
    let victim = Script::with_token(&world.office.gateway, &victim);
    let id = victim.get("/me")["id"].as_str().unwrap().to_owned();
    let decoy = Script::with_token(
        &world.office.gateway,
        &token(&world.office.gateway, &id, &["--role", "auditor"]),
    );
    assert_eq!(act(&world.owner, "DELETE", &format!("/tokens/{id}"), "").status, 200);
    is_refused(&victim.ask("GET", "/me", "", ""), 401, "token_invalid");
    assert_eq!(decoy.get("/me")["name"], id);
}

/// What is asked for in [`an_owner_does_over_http_what_the_command_line_does_and_every_answer_is_as_described`].
type Done<'d> = &'d dyn Fn(&str, &str, &str, &str, u16) -> serde_json::Value;

/// A password that people choose themselves, who they are, and the end of the account.
fn passwords_and_removal(done: Done<'_>, id: &str) {
    let asked = done("POST", "/users/{id}/require-password-change", id, "", 200);
    assert_eq!(asked["user"]["password"], "must_change");
    let profile = "{\"name\":\"Caro\",\"email\":null,\"groups\":[\"a\",\"b\"]}";
    let profile = done("PATCH", "/users/{id}", id, profile, 200);
    let profile = &profile["user"];
    assert_eq!((&profile["name"], &profile["groups"]), (&json!("Caro"), &json!(["a", "b"])));
    assert!(profile["email"].is_null());
    for odd in ["{}", "{\"name\":null}", "{\"role\":\"owner\"}", "{\"name\":\"\"}"] {
        done("PATCH", "/users/{id}", id, odd, 422);
    }
    let link = done("POST", "/users/{id}/password-link", id, "", 201);
    assert!(link["link"].as_str().unwrap().contains("/.portcullis/welcome?t="), "{link}");
    assert!(link["user"]["password_link_until"].is_string());
    done("DELETE", "/users/{id}", id, "", 409);
    done("POST", "/users/{id}/disable", id, "", 200);
    for code in ["recovery-code", "password-link"] {
        done("POST", &format!("/users/{{id}}/{code}"), id, "", 409);
    }
    done("POST", "/users/{id}/enable", id, "", 200);
    done("POST", "/users/{id}/disable", id, "", 200);
    let gone = done("DELETE", "/users/{id}", id, "", 200);
    assert_eq!(gone, json!({ "id": id, "login": "carol" }));
    done("DELETE", "/users/{id}", id, "", 404);
    assert_eq!(done("POST", "/users", "", "{\"login\":\"carol\"}", 201)["password"], "none");
}

/// The whole life of an account over HTTP, by an owner; each answer is as it is described.
#[test]
fn an_owner_does_over_http_what_the_command_line_does_and_every_answer_is_as_described() {
    let world = World::new();
    let described = Description::told_to(&world.owner);
    let done = |method: &str, path: &str, id: &str, body: &str, status: u16| {
        let address = path.replace("{id}", id).replace("{channel}", "email");
        let answer = act(&world.owner, method, &address, body);
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        described.check((path, method), &answer);
        told(&answer)
    };
    let new = "{\"login\":\"Carol\",\"name\":\"Carol C.\",\"email\":\"c@d.example\",\
               \"groups\":[\"agents\"],\"password\":\"quarry-Lantern-9\"}";
    let carol = done("POST", "/users", "", new, 201);
    assert_eq!((&carol["login"], &carol["role"]), (&json!("carol"), &json!("user")));
    let id = carol["id"].as_str().unwrap();
    done("POST", "/users", "", new, 409);
    let role = done("PUT", "/users/{id}/role", id, "{\"role\":\"auditor\"}", 200);
    assert_eq!(role["user"]["role"], "auditor");
    let terms = "{\"mode\":\"enforced\",\"grace_until\":\"2030-01-31\",\"allowed\":[\"totp\"]}";
    let terms = done("PATCH", "/users/{id}/terms", id, terms, 200);
    let terms = &terms["user"]["terms"];
    assert_eq!((&terms["mode"], &terms["allowed"]), (&json!("enforced"), &json!(["totp"])));
    assert_eq!(terms["grace_until"], "2030-02-01T00:00:00.000Z");
    let terms = done("PATCH", "/users/{id}/terms", id, "{\"mode\":null}", 200);
    assert_eq!(terms["user"]["terms"], json!({ "allowed": ["totp"] }));
    done("PATCH", "/users/{id}/terms", id, "{}", 422);
    done("PATCH", "/users/{id}/terms", id, "{\"allowed\":[\"magic\"]}", 422);
    done("PUT", "/users/{id}/password", id, "{\"password\":\"other-Lantern-77\"}", 200);
    done("PUT", "/users/{id}/password", id, "{\"password\":\"short\"}", 422);
    let address = "{\"address\":\"carol@post.example\"}";
    let set = done("PUT", "/users/{id}/contacts/{channel}", id, address, 200);
    let shown = set["user"]["factors"][0]["label"].as_str().unwrap();
    assert!(!shown.contains("carol@"), "the whole address: {shown}");
    done("DELETE", "/users/{id}/contacts/{channel}", id, "", 200);
    done("DELETE", "/users/{id}/contacts/{channel}", id, "", 404);
    let code = done("POST", "/users/{id}/recovery-code", id, "", 201);
    assert!(
        code["code"].as_str().unwrap().len() > 8 && code["user"]["recovery_code_until"].is_string()
    );
    done("DELETE", "/users/{id}/recovery-code", id, "", 200);
    done("DELETE", "/users/{id}/recovery-code", id, "", 404);
    done("DELETE", "/users/{id}/mfa", id, "", 200);
    passwords_and_removal(&done, id);
    let own = world.id("alice");
    for (method, path) in [("POST", "/users/{id}/recovery-code"), ("DELETE", "/users/{id}/mfa")] {
        done(method, path, &own, "", 403);
    }
    let switch = done("PATCH", "/enforcement", "", "{\"grace_until\":\"2030-01-31\"}", 200);
    let asked = json!({ "mode": "enforced", "grace_until": "2030-02-01T00:00:00.000Z" });
    assert_eq!(switch["switch"], asked);
    done("PATCH", "/enforcement", "", "{\"mode\":null,\"grace_until\":null}", 200);
    let keys = done("POST", "/keys/rotate", "", "{\"mode\":\"ahead\"}", 200);
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
}

/// What is asked of everybody is changed as it was seen, where that is said; a condition is never passed over.
#[test]
fn a_policy_is_changed_as_it_was_seen_where_that_is_said_a261() {
    let world = World::new();
    let show = |lines: &str| world.owner.ask("GET", "/enforcement", lines, "");
    let seen = show("").header("etag").unwrap().to_owned();
    assert_eq!(show(&format!("If-None-Match: {seen}\r\n")).status, 304);
    let set = |lines: &str, body: &str| {
        world.owner.ask("PATCH", "/enforcement", &format!("{lines}{WHY}{JSON}"), body)
    };
    let denies = "{\"unenrolled\":\"deny\"}";
    let matching = |tag: &str| format!("If-Match: {tag}\r\n");
    // Somebody tightens it meanwhile.
    world.office.gateway.cli_ok(&["enforcement", "set", "--unenrolled", "recovery_code"], "");
    is_refused(&set(&matching(&seen), denies), 412, "changed");
    is_refused(&set(&matching("\"x\""), denies), 412, "changed");
    is_refused(&set(&matching("x"), denies), 400, "if_match");
    assert_eq!(world.owner.get("/enforcement")["switch"], json!({ "unenrolled": "recovery_code" }));
    let seen = show("").header("etag").unwrap().to_owned();
    let done = set(&matching(&seen), denies);
    assert_eq!((done.status, &told(&done)["switch"]["unenrolled"]), (200, &json!("deny")));
    assert_eq!(done.header("etag"), show("").header("etag"));
    is_refused(&set(&matching(&seen), denies), 412, "changed");
    for lines in ["", WHATEVER] {
        assert_eq!(set(lines, "{\"mode\":null}").status, 200);
    }
    // Where there is no version, one that is said is a mistake, and not a condition that is met.
    for (method, path) in [("DELETE", "/sessions"), ("GET", "/users"), ("GET", "/enforcement")] {
        let lines = format!("{}{WHY}", matching(&seen));
        is_refused(&world.owner.ask(method, path, &lines, ""), 400, "if_match");
    }
    assert_eq!(world.owner.get("/me")["name"], world.alice.login);
}

#[test]
fn sessions_are_ended_one_by_one_or_all_but_the_one_in_which_that_is_asked() {
    let mut world = World::new();
    let end = |path: &str| act(&world.owner, "DELETE", path, "");
    let bob = world.id("bob");
    let mut browsers = [(); 2].map(|()| Browser::new(&world.office.gateway));
    for browser in &mut browsers {
        browser.sign_in(&mut world.bob);
    }
    let open = world.owner.get(&format!("/users/{bob}/sessions"));
    let session = format!("/sessions/{}", open["sessions"][0]["id"].as_str().unwrap());
    assert_eq!(told(&end(&session)), json!({ "sessions_ended": 1 }));
    is_refused(&end(&session), 404, "no_such_session");
    assert_eq!(browsers.iter_mut().filter_map(|it| it.gets_through().then_some(())).count(), 1);
    let all = end("/sessions");
    assert_eq!(told(&all)["sessions_ended"], 1, "{}", all.text());
    assert!(!browsers.iter_mut().any(Browser::gets_through));
    assert_eq!(world.owner.get("/me")["name"], world.alice.login);
}

/// The commands of a document: each `curl` with the lines that go on.
fn commands(text: &str) -> Vec<String> {
    let blocks = text.split("```sh\n").skip(1).filter_map(|block| block.split("```").next());
    let joined: String = blocks.map(|block| block.replace("\\\n", " ")).collect();
    joined.lines().filter(|line| line.starts_with("curl ")).map(ToOwned::to_owned).collect()
}

/// The words of a command, as a shell takes them apart.
fn words(command: &str) -> Vec<String> {
    let pieces = command.split('"').enumerate();
    let words = pieces.flat_map(|(at, piece)| match at % 2 {
        0 => piece.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>(),
        _ => vec![piece.to_owned()],
    });
    words.collect()
}

#[test]
fn the_commands_of_docs_api_md_do_what_it_says() {
    let world = World::new();
    let (id, text) = (world.id("bob"), include_str!("../../docs/api.md"));
    let secret = token(&world.office.gateway, "watch", &["--role", "admin"]);
    let commands = commands(text);
    assert!(commands.len() >= 6, "{commands:?}");
    for command in commands {
        let command = command.replace("$TOKEN", &secret).replace("$ID", &id);
        let (mut method, mut lines, mut target) = ("GET".to_owned(), String::new(), None);
        let mut words = words(&command).into_iter().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--header" => lines = format!("{lines}{}\r\n", words.next().unwrap()),
                "--request" => method = words.next().unwrap(),
                url => target = url.strip_prefix("https://console.example").map(ToOwned::to_owned),
            }
        }
        let target = target.unwrap_or_else(|| panic!("no address: {command}"));
        let answer = Browser::new(&world.office.gateway).request(&method, &target, &lines, "");
        assert_eq!(answer.status, 200, "{command}: {}", answer.text());
    }
    let record = world.office.last("account_disabled");
    assert_eq!(record["detail"]["reason"], "laptop stolen, ticket 4711");
}
