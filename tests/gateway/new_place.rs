//! A sign-in from elsewhere, in a browser that is not known: its owner is told by letter.

use crate::support::browser::Browser;
use crate::support::browser::location;
use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::mmdb::Mmdb;
use crate::support::mmdb::Record;
use crate::support::person::Person;
use crate::support::recorder::Recorder;
use crate::support::smtp::Letter;
use crate::support::smtp::MailServer;
use crate::support::smtp::Manner;

const MUNICH: &str = "81.2.69.7";
const LYON: &str = "81.2.70.5";
const NOWHERE: &str = "81.2.71.1";
const FOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

struct World {
    gateway: Gateway,
    mail: MailServer,
    _recorder: Recorder,
}

impl World {
    /// A gateway behind a proxy of its own machine, that knows where two networks are.
    fn start() -> Self {
        let (recorder, mail) = (Recorder::start(), MailServer::start(Manner::Bare));
        let lines = format!(
            "networks: {{ proxies: [127.0.0.1/32] }}\nproxies:\n  networks: [proxies]\n  header: x_forwarded_for\n\
             geo: {{ database: City.mmdb }}\n\
             mail:\n  from: no-reply@console.test\n  smtp:\n    host: localhost\n    port: {}\n    \
             tls: none_on_loopback\n",
            mail.port()
        );
        let mut gateway = Gateway::prepare(&Setup::before(recorder.address()).top(&lines));
        let city = |country, number, name| Record::country(country).city(number, name);
        Mmdb::city()
            .put("81.2.69.0/24", city("DE", 2_867_714, "Munich"))
            .put("81.2.70.0/24", city("FR", 2_996_944, "Lyon"))
            .write(&gateway.path("City.mmdb"));
        gateway.run();
        Self { gateway, mail, _recorder: recorder }
    }

    /// A browser that was never used before, at an address.
    fn browser(&self, address: &str) -> Browser {
        let mut browser = Browser::new(&self.gateway);
        at(&mut browser, address);
        browser
    }

    /// The letters about new places.
    fn letters(&self) -> Vec<Letter> {
        let about = |letter: &Letter| {
            let subject = letter.header("subject").unwrap_or_default();
            letter.to == ["bob@example.com"] && subject.contains("from a new place")
        };
        self.mail.letters().into_iter().filter(about).collect()
    }

    /// So many letters have come, and as many records tell of a new place: each is one's, so that no other is on its way.
    fn told(&self, count: usize) -> Vec<Letter> {
        assert_eq!(self.records().len(), count);
        eventually("the letters", || self.letters().len() >= count);
        let letters = self.letters();
        assert_eq!(letters.len(), count, "{letters:?}");
        letters
    }

    /// The records that tell of a new place.
    fn records(&self) -> Vec<serde_json::Value> {
        let log = self.gateway.cli_ok(&["--json", "audit", "tail", "--limit", "200"], "");
        let all = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        all.filter(|it| !it["detail"]["new_place"].is_null()).collect()
    }
}

/// The browser is at another address from now on.
fn at(browser: &mut Browser, address: &str) {
    browser.added = format!("X-Forwarded-For: {address}\r\nUser-Agent: {FOX}\r\n");
}

/// Signs in with a backup code.
fn signs_in(browser: &mut Browser, bob: &mut Person) {
    let answer = browser.password(bob, "/");
    assert!(location(&answer).contains("/challenge"), "{}", answer.text());
    proves(browser, bob);
}

/// Gives a backup code after the password.
fn proves(browser: &mut Browser, bob: &mut Person) {
    let code = bob.backup_codes.remove(0);
    let answer = browser.challenge("backup_code", &code);
    assert!(answer.status == 303 || answer.status == 200, "{}", answer.text());
    assert!(browser.gets_through());
}

#[test]
fn a_sign_in_from_a_new_place_is_told_by_letter_once_and_in_a_known_browser_never_a204() {
    let world = World::start();
    let mut bob = Person::of_role("bob", "user");
    world.gateway.add(&bob);
    let mut own = world.browser(MUNICH);
    own.sign_in(&mut bob);
    // At home in a browser that keeps nothing, and abroad in her own.
    signs_in(&mut world.browser("81.2.69.99"), &mut bob);
    own.sign_out();
    at(&mut own, "81.2.70.77");
    own.sign_in(&mut bob);
    world.told(0);

    // Somebody else who knows the password: before the second factor there is no news, and no place is known by it.
    let mut other = world.browser(NOWHERE);
    let answer = other.password(&bob, "/");
    assert!(location(&answer).contains("/challenge"), "{}", answer.text());
    other.challenge("totp", &bob.wrong_code());
    world.told(0);
    proves(&mut other, &mut bob);
    let letter = &world.told(1)[0];
    assert!(letter.data.contains(NOWHERE) && letter.data.contains("Firefox, Linux"));
    assert!(!letter.data.contains("Place") && !letter.data.contains("href"), "{}", letter.data);
    // From the same network it is known now.
    signs_in(&mut world.browser("81.2.71.200"), &mut bob);
    world.told(1);

    // With another browser Lyon is new.
    let mut third = world.browser(LYON);
    third.added = format!("X-Forwarded-For: {LYON}\r\nUser-Agent: curl/8.14\r\n");
    signs_in(&mut third, &mut bob);
    let text = &world.told(2)[1].data;
    assert!(text.contains("Lyon, FR") && text.contains(LYON) && text.contains("curl"), "{text}");
    let records = world.records();
    assert_eq!(
        (&records[1]["kind"], &records[1]["detail"]["new_place"]),
        (&"session_raised".into(), &"told".into())
    );
    assert_eq!(records[1]["detail"]["place"], "Lyon, FR");
}
