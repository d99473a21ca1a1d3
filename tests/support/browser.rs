//! A browser small enough to read: cookies, forms, redirects on demand.

use super::gateway::Gateway;
use super::gateway::HOST;
use super::html;
use super::html::Form;
use super::person::Person;
use super::raw_client::RawClient;
use super::raw_client::Response;
use super::raw_client::Trust;
use super::raw_client::Way;

/// Where the gateway's own pages are.
pub(crate) const PAGES: &str = "/.portcullis";

/// One browser with its cookies.
#[derive(Clone)]
pub(crate) struct Browser {
    address: std::net::SocketAddr,
    way: Way,
    trust: Option<Trust>,
    host: String,
    origin: String,
    /// Cookies by name.
    pub(crate) jar: Vec<(String, String)>,
    session_cookie: &'static str,
    /// Where the last redirect pointed to.
    sent_to: Option<String>,
    /// What something in front of the gateway adds to every request: lines with CRLF.
    pub(crate) added: String,
}

impl Browser {
    /// A new browser, never used before.
    pub(crate) fn new(gateway: &Gateway) -> Self {
        Self::by(gateway, Way::default())
    }

    /// The same, whose connections take another way.
    pub(crate) fn by(gateway: &Gateway, way: Way) -> Self {
        let trust = gateway.trust(&["http/1.1"]);
        let listener = if trust.is_some() { "https" } else { "http" };
        Self {
            address: gateway.listener_by(&way, listener),
            way,
            trust,
            host: HOST.to_owned(),
            origin: format!("{}://{HOST}", gateway.scheme()),
            jar: Vec::new(),
            session_cookie: gateway.session_cookie(),
            sent_to: None,
            added: String::new(),
        }
    }

    /// A new browser for a plain listener that is called by this host and port.
    pub(crate) fn plain(address: std::net::SocketAddr, host: &str) -> Self {
        Self {
            address,
            way: Way::default(),
            trust: None,
            host: host.to_owned(),
            origin: format!("http://{host}"),
            jar: Vec::new(),
            session_cookie: "portcullis",
            sent_to: None,
            added: String::new(),
        }
    }

    /// The same browser after the gateway has started anew elsewhere.
    pub(crate) fn moved_to(&self, gateway: &Gateway) -> Self {
        Self { jar: self.jar.clone(), ..Self::new(gateway) }
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> RawClient {
        match &self.trust {
            Some(trust) => {
                RawClient::try_tls_by(&self.way, self.address, trust).expect("TLS handshake")
            }
            None => RawClient::plain_by(&self.way, self.address),
        }
    }

    /// The value of the session cookie.
    pub(crate) fn session(&self) -> Option<&str> {
        self.jar
            .iter()
            .find(|(name, _)| name == self.session_cookie)
            .map(|(_, value)| value.as_str())
    }

    /// Takes a session cookie from elsewhere.
    pub(crate) fn set_session(&mut self, value: &str) {
        let name = self.session_cookie;
        self.jar.retain(|(cookie, _)| cookie != name);
        self.jar.push((name.to_owned(), value.to_owned()));
    }

    /// The `Cookie` line with CRLF; empty without cookies.
    pub(crate) fn cookie_line(&self) -> String {
        if self.jar.is_empty() {
            return String::new();
        }
        let pairs: Vec<_> = self.jar.iter().map(|(n, v)| format!("{n}={v}")).collect();
        format!("Cookie: {}\r\n", pairs.join("; "))
    }

    /// Goes to an address, as by a click.
    pub(crate) fn get(&mut self, target: &str) -> Response {
        let headers = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n\
                       Sec-Fetch-Dest: document\r\nSec-Fetch-Site: same-origin\r\n";
        self.request("GET", target, headers, "")
    }

    /// Asks as a script of the page does.
    pub(crate) fn fetch(&mut self, target: &str) -> Response {
        let headers = "Accept: application/json\r\nSec-Fetch-Mode: cors\r\n\
                       Sec-Fetch-Dest: empty\r\nSec-Fetch-Site: same-origin\r\n";
        self.request("GET", target, headers, "")
    }

    /// Sends a form of a page of the same origin.
    pub(crate) fn submit(&mut self, form: &Form) -> Response {
        let headers = format!(
            "Origin: {}\r\nSec-Fetch-Site: same-origin\r\nAccept: text/html\r\n\
             Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
            self.origin
        );
        self.submit_with(form, &headers)
    }

    /// Sends a form with these header lines.
    pub(crate) fn submit_with(&mut self, form: &Form, headers: &str) -> Response {
        let body = form.encoded();
        let headers = format!("{headers}Content-Type: application/x-www-form-urlencoded\r\n");
        self.request("POST", &form.action, &headers, &body)
    }

    /// Any request on a connection of its own.
    pub(crate) fn request(
        &mut self,
        method: &str,
        target: &str,
        headers: &str,
        body: &str,
    ) -> Response {
        let length = if body.is_empty() && method != "POST" {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        let text = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{}{}{headers}{length}\r\n{body}",
            self.host,
            self.added,
            self.cookie_line()
        );
        let mut client = self.connect();
        client.send(text.as_bytes());
        let response = client.response_to(method);
        self.keep_cookies(&response);
        if response.status == 303 {
            self.sent_to = response.header("location").map(ToOwned::to_owned);
        }
        response
    }

    fn keep_cookies(&mut self, response: &Response) {
        for line in response.all("set-cookie") {
            let pair = line.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            self.jar.retain(|(cookie, _)| cookie != name);
            if !value.is_empty() && !line.to_ascii_lowercase().contains("max-age=0") {
                self.jar.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    /// Goes where a redirect points to; it must point into the site.
    pub(crate) fn follow(&mut self, response: &Response) -> Response {
        let target = location(response);
        self.get(&target)
    }

    /// One of the gateway's pages, with the query that the last redirect to it had.
    pub(crate) fn page(&mut self, page: &str) -> Response {
        let plain = format!("{PAGES}/{page}");
        let address = match self.sent_to.take() {
            Some(target) if target.split('?').next() == Some(&plain) => target,
            _ => plain,
        };
        self.get(&address)
    }

    /// The form of one of the gateway's pages, fetched now.
    pub(crate) fn form(&mut self, page: &str) -> Form {
        let response = self.page(page);
        form_of(&response, page)
    }

    /// Sends login name and password; the answer to that.
    pub(crate) fn password(&mut self, person: &Person, next: &str) -> Response {
        let address = format!("{PAGES}/sign-in?next={next}");
        let page = self.get(&address);
        let form = form_of(&page, "sign-in")
            .with("login", &person.login)
            .with("password", &person.password);
        self.submit(&form)
    }

    /// Sends a code on the challenge page; the answer, or the page when it offers no form.
    pub(crate) fn challenge(&mut self, method: &str, code: &str) -> Response {
        let page = self.page("challenge");
        match html::form(&page.text(), &format!("{PAGES}/challenge")) {
            Some(form) => self.submit(&form.with("method", method).with("code", code)),
            None => page,
        }
    }

    /// Enrols: reads the key, confirms it, notes the backup codes, says that they are stored.
    /// The answer is the redirect to where the person was going.
    pub(crate) fn enrol(&mut self, person: &mut Person) -> Response {
        let form = self.begin_enrolment(person);
        let code = person.next_code();
        let confirmed = self.submit(&form.with("code", &code));
        self.note_backup_codes(person, &confirmed)
    }

    /// Shows the enrolment page to the person's phone; the form that confirms it.
    pub(crate) fn begin_enrolment(&mut self, person: &mut Person) -> Form {
        let page = self.page("enrol");
        // Where there is a choice, the app is chosen.
        let page = match html::by_id(&page.text(), "totp-key") {
            None if page.status == 200 => {
                let text = page.text();
                let app = html::link(&text, "enrol?method=totp");
                self.get(&app.unwrap_or_else(|| panic!("no app on: {text}")))
            }
            _ => page,
        };
        let key = html::by_id(&page.text(), "totp-key")
            .unwrap_or_else(|| panic!("no key on: {} {}", page.status, page.text()));
        person.scan(&key);
        form_of(&page, "enrol")
    }

    /// Reads the page with the new codes and says that they are stored.
    pub(crate) fn note_backup_codes(&mut self, person: &mut Person, page: &Response) -> Response {
        assert_eq!(page.status, 200, "{}", page.text());
        person.backup_codes = html::by_class(&page.text(), "backup-code");
        assert_eq!(person.backup_codes.len(), 10, "{}", page.text());
        let form = form_of(page, "codes").with("stored", "on");
        let stored = self.submit(&form);
        assert_eq!(stored.status, 303, "{}", stored.text());
        stored
    }

    /// The whole way to a session with a second factor, by enrolment the first time.
    pub(crate) fn sign_in(&mut self, person: &mut Person) {
        let answer = self.password(person, "/");
        let target = location(&answer);
        let done = if target.starts_with(&format!("{PAGES}/enrol")) {
            self.enrol(person)
        } else {
            assert!(target.starts_with(&format!("{PAGES}/challenge")), "{target}");
            let code = person.next_code();
            self.challenge("totp", &code)
        };
        assert_eq!(done.status, 303, "{}", done.text());
        assert!(self.session().is_some(), "no session cookie");
    }

    /// Whether the session reaches the console.
    pub(crate) fn gets_through(&mut self) -> bool {
        match self.fetch("/through").status {
            200 => true,
            401 => false,
            other => panic!("neither through nor asked to sign in: {other}"),
        }
    }

    /// Asks for a new set of backup codes with a proof made for that act; the answer.
    pub(crate) fn renew_codes(&mut self, code: &str) -> Response {
        let page = self.get(&format!("{PAGES}/challenge?max_age=0&next={PAGES}/account/codes"));
        let form = form_of(&page, "challenge").with("code", code);
        let proved = self.submit(&form);
        if proved.status != 303 {
            return proved;
        }
        let page = self.get(&location(&proved));
        let form = form_of(&page, "account/codes");
        self.submit(&form)
    }

    /// Signs out.
    pub(crate) fn sign_out(&mut self) -> Response {
        let page = self.get(&format!("{PAGES}/account"));
        let form = form_of(&page, "sign-out");
        self.submit(&form)
    }
}

/// The form on a gateway page that posts to `page`.
pub(crate) fn form_of(response: &Response, page: &str) -> Form {
    let action = format!("{PAGES}/{page}");
    html::form(&response.text(), &action).unwrap_or_else(|| {
        panic!("no form for {action} on: {} {}", response.status, response.text())
    })
}

/// Where a 303 points to, as a path of this site.
pub(crate) fn location(response: &Response) -> String {
    assert_eq!(response.status, 303, "{}", response.text());
    let target = response.header("location").expect("a Location");
    assert!(target.starts_with('/') && !target.starts_with("//"), "leaves the site: {target}");
    target.to_owned()
}
