//! A person in a single-page console, one of whose requests lacks a proof (S2.10).

use crate::screens;
use crate::stand::Stand;
use crate::steps::SUBMIT;
use crate::steps::enrols;
use crate::steps::sends_code;
use crate::steps::sends_password;
use crate::support::browser::PAGES;
use crate::support::eventually;
use crate::support::person::Person;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorder;
use crate::window::JavaScript;
use crate::window::Window;

/// The bar of the gateway's script.
const BAR: &str = "document.querySelector('#portcullis-proof')";

/// A page that can send something.
const APP: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>App</title></head>\
     <body><h1>App</h1><p id=\"out\"></p></body></html>";

/// Sends it, and shows what came of it.
const PAY: &str = "document.querySelector('#out').textContent = 'sent';\
     fetch('/pay', { method: 'POST', body: 'five' }).then(async (answer) => {\
       document.querySelector('#out').textContent = `${answer.status} ${await answer.text()}`;\
     });";

fn console() -> Recorder {
    Recorder::scripted(|request| {
        if request.target() == "/pay" {
            return Answer::ok(request, "paid");
        }
        let length = APP.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Security-Policy: default-src 'self'\r\n\
             Content-Length: {length}\r\n\r\n{APP}"
        );
        Answer::raw(head.as_bytes())
    })
}

/// What was paid so far.
fn payments(console: &Recorder) -> Vec<Vec<u8>> {
    let requests = console.requests().into_iter();
    requests.filter(|request| request.target() == "/pay").map(|request| request.body).collect()
}

#[test]
fn a_fetch_that_lacks_a_proof_is_sent_once_more_after_the_person_gave_it_a218_s2_10() {
    let console = console();
    let mut person = Person::named("alice");
    let stand = stand(&console, &person);
    let window = stand.window_at("127.0.0.1", JavaScript::On);
    signs_in_with_a_backup_code(&window, &mut person);

    window.script(PAY);
    wait_for_bar(&window);
    screens::keep(&window, "retry-bar");
    window.script(&format!("{BAR}.shadowRoot.querySelector('button').click()"));
    window.wait_for_text("#out", |out| out.starts_with("401"));
    assert_eq!(window.script(&format!("return {BAR}")), serde_json::Value::Null);
    window.script(PAY);
    window.wait_for_text("#out", |out| out.starts_with("401"));

    window.go("/app");
    window.script(PAY);
    wait_for_bar(&window);
    // Whoever else says so, and before the person did anything.
    window.script("new BroadcastChannel('portcullis').postMessage({ proved: 'x' })");
    gives_the_proof(&window, &console, &mut person);
    assert_eq!(window.wait_for_text("#out", |out| out != "sent"), "200 paid");
    assert_eq!(payments(&console), [b"five".to_vec()], "once");
    eventually("the end of that window", || window.tabs().len() == 1);
    window.go(&format!("{PAGES}/proved"));
    assert_eq!(window.text("h1"), "It is you");
}

/// Sends a form by `XMLHttpRequest`, and shows what came of it; `window.seen` has the events.
const PAY_BY_XHR: &str = "const form = new FormData();\
     form.append('amount', 'five');\
     form.append('slip', new Blob(['paper'], { type: 'text/x-slip' }), 'slip');\
     const out = document.querySelector('#out');\
     const asked = new XMLHttpRequest();\
     window.asked = asked;\
     window.seen = [];\
     asked.onreadystatechange = () => window.seen.push(asked.readyState);\
     asked.open('POST', '/pay');\
     asked.setRequestHeader('X-Kept', 'yes');\
     for (const name of ['loadstart', 'load', 'loadend', 'abort']) {\
       asked.addEventListener(name, () => window.seen.push(name));\
     }\
     asked.onloadend = () => { out.textContent = `${asked.status} ${asked.responseText}`; };\
     out.textContent = 'sent';\
     asked.send(form);\
     form.append('amount', 'six');";

#[test]
fn an_xmlhttprequest_that_lacks_a_proof_is_sent_once_more_with_what_it_had_a218_s2_10() {
    let console = console();
    let mut person = Person::named("alice");
    let stand = stand(&console, &person);
    let window = stand.window_at("127.0.0.1", JavaScript::On);
    signs_in_with_a_backup_code(&window, &mut person);
    let seen = || window.script("return window.seen.join(' ')");

    window.script(PAY_BY_XHR);
    wait_for_bar(&window);
    assert_eq!(seen(), "1 loadstart", "what is refused is not told yet");
    window.script("window.asked.abort()");
    assert_eq!(seen(), "1 loadstart abort loadend");
    assert_eq!(window.script(&format!("return {BAR}")), serde_json::Value::Null);

    window.script(PAY_BY_XHR);
    wait_for_bar(&window);
    window.script(&format!("{BAR}.shadowRoot.querySelector('button').click()"));
    let out = window.wait_for_text("#out", |out| out.starts_with("401"));
    assert!(out.contains("challenge_url"), "{out}");
    assert_eq!(seen(), "1 loadstart 4 load loadend");

    window.go("/app");
    let waits = "const asked = new XMLHttpRequest();\
         asked.open('POST', '/pay', false);\
         asked.send('now');\
         return `${asked.status} ${document.querySelector('#portcullis-proof')}`;";
    assert_eq!(window.script(waits), "401 null", "nobody can be asked meanwhile");
    window.script(PAY_BY_XHR);
    wait_for_bar(&window);
    gives_the_proof(&window, &console, &mut person);
    assert_eq!(window.wait_for_text("#out", |out| out != "sent"), "200 paid");
    assert_eq!(seen(), "1 loadstart 2 3 4 load loadend");
    let paid = console.requests().into_iter().filter(|request| request.target() == "/pay");
    let [paid] = &paid.collect::<Vec<_>>()[..] else { panic!("not once") };
    let kind = paid.values("content-type").concat();
    let boundary = kind.split_once("multipart/form-data; boundary=").unwrap().1;
    let body = String::from_utf8_lossy(&paid.body);
    assert!(body.starts_with(&format!("--{boundary}\r\n")), "{kind}\n{body}");
    assert!(body.contains("five") && body.contains("text/x-slip") && body.contains("paper"));
    assert!(!body.contains("six"), "as it was when it was sent");
    assert_eq!(paid.values("x-kept"), ["yes"]);
}

/// A gateway with the script, and a route that wants a code of an app.
fn stand(console: &Recorder, person: &Person) -> Stand {
    let site = format!(
        "  - name: app\n    hosts: [127.0.0.1]\n    upstream: http://{}\n    retry_script: true\n    \
         routes:\n      - {{ path: /pay, require: {{ factors: [totp] }} }}\n",
        console.address()
    );
    Stand::with_rules(person, &site)
}

/// In the window that the bar opens; back in the one of the app, where nothing was paid before.
fn gives_the_proof(window: &Window, console: &Recorder, person: &mut Person) {
    let app = window.tab();
    window.script(&format!("{BAR}.shadowRoot.querySelector('a').click()"));
    eventually("the window that asks for the proof", || window.tabs().len() == 2);
    let proof = window.tabs().into_iter().find(|tab| *tab != app).unwrap();
    window.turn_to(&proof);
    window.type_in("#code", &person.next_code());
    assert_eq!(payments(console), Vec::<Vec<u8>>::new(), "nothing before the proof");
    window.script(&format!("setTimeout(() => document.querySelector('{SUBMIT}').click())"));
    window.turn_to(&app);
}

fn wait_for_bar(window: &Window) {
    eventually("the bar", || {
        let said = format!("return {BAR}?.shadowRoot.querySelector('p').textContent");
        window.script(&said).as_str().is_some_and(|said| said.contains("proof that it is you"))
    });
}

fn signs_in_with_a_backup_code(window: &Window, person: &mut Person) {
    window.go("/app");
    enrols(window, person);
    assert_eq!(window.text("h1"), "App");
    window.go(&format!("{PAGES}/account"));
    window.press("form[action$='/sign-out'] button");
    window.go("/app");
    sends_password(window, person);
    window.press("a[href*='backup']");
    sends_code(window, &person.backup_codes[0]);
    assert_eq!(window.text("h1"), "App");
}
