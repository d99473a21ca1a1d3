//! A browser with its cookies, which plays the proxy as well.

use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use http::Request;
use http::Response;
use http::StatusCode;

use super::world::ORIGIN;
use super::world::PASSWORD;
use super::world::World;
use crate::area::Whereabouts;
use crate::authenticator::totp;
use crate::clock::Clock;
use crate::directory::LiveSession;
use crate::form_body::urlencoded;
use crate::gate::ShownToken;
use crate::policy::Demand;
use crate::portal::Asking;
use crate::secret::Secret;
use crate::session::SessionToken;
use crate::session::cookie::CookieKind;
use crate::session::cookie::CookieNames;

/// An answer with its body as text.
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) head: http::HeaderMap,
    pub(super) text: String,
}

impl Page {
    pub(super) fn header(&self, name: &str) -> &str {
        self.head.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The hidden fields of the form that posts to a built-in page.
    pub(super) fn form(&self, page: &str) -> Vec<(String, String)> {
        let start = format!("action=\"/.portcullis{page}\"");
        let form = self.text.split(&start).nth(1).unwrap_or_else(|| panic!("{}", self.text));
        hidden(form)
    }

    /// The question to the browser in the form that posts to a built-in page.
    pub(super) fn question(&self, page: &str) -> serde_json::Value {
        let start = format!("action=\"/.portcullis{page}\"");
        let form = self.text.split(&start).nth(1).unwrap_or_else(|| panic!("{}", self.text));
        let options = form.split("data-options=\"").nth(1).unwrap().split('"').next().unwrap();
        serde_json::from_str(&options.replace("&#34;", "\"")).unwrap()
    }

    /// Every text with this class or id.
    pub(super) fn texts(&self, mark: &str) -> Vec<String> {
        let inner = |piece: &str| {
            let text = piece.split_once('>').unwrap().1;
            text.split('<').next().unwrap().to_owned()
        };
        self.text.split(mark).skip(1).map(inner).collect()
    }
}

/// The hidden fields up to the end of the form.
pub(super) fn hidden(form: &str) -> Vec<(String, String)> {
    let value = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&"))
    };
    let form = form.split("</form>").next().unwrap();
    let tags = form.split("<input type=\"hidden\"").skip(1);
    tags.filter_map(|tag| {
        let tag = tag.split('>').next()?;
        Some((value(tag, "name")?, value(tag, "value")?))
    })
    .collect()
}

/// A browser with its cookies, and the proxy in front of the portal.
#[derive(Clone)]
pub(super) struct Browser<'a> {
    pub(super) world: &'a World,
    pub(super) jar: Vec<(String, String)>,
    pub(super) key: Option<String>,
    pub(super) client: &'static str,
}

impl<'a> Browser<'a> {
    pub(super) fn new(world: &'a World) -> Self {
        Self { world, jar: Vec::new(), key: None, client: "192.0.2.1" }
    }

    pub(super) fn cookie(&self, kind: CookieKind) -> Option<&str> {
        let name = CookieNames::Secure.name(kind);
        self.jar.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn session(&self) -> Option<Arc<LiveSession>> {
        let token = SessionToken::parse(self.cookie(CookieKind::Session)?)?;
        self.world.directory.find(&token.key())
    }

    pub(super) fn asking(&self) -> Asking {
        Asking {
            site: Arc::clone(&self.world.site),
            client: Whereabouts::of(self.client.parse().unwrap()),
            request_id: "request-1".to_owned(),
            cookies: CookieNames::Secure,
            statement: None,
            session: self.session(),
            person: true,
            token: ShownToken::Nothing,
        }
    }

    pub(super) fn request(&self, method: &Method, target: &str, body: &str) -> Request<Bytes> {
        let cookies: Vec<_> =
            self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header("host", "console.example")
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0")
            .header("sec-fetch-dest", "document");
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if method == Method::POST {
            request = request
                .header("origin", ORIGIN)
                .header("sec-fetch-site", "same-origin")
                .header("content-type", "application/x-www-form-urlencoded")
                .header("content-length", body.len());
        }
        request.body(Bytes::from(body.to_owned())).unwrap()
    }

    pub(super) async fn send(&mut self, request: Request<Bytes>) -> Page {
        let answer = self.world.portal.answer(request, self.asking()).await;
        self.take(answer)
    }

    pub(super) async fn method(&mut self, method: Method, page: &str) -> Page {
        let request = self.request(&method, &format!("/.portcullis{page}"), "");
        self.send(request).await
    }

    /// A page as a browser of somebody with these languages asks for it.
    pub(super) async fn get_in(&mut self, page: &str, languages: &'static str) -> Page {
        let mut request = self.request(&Method::GET, &format!("/.portcullis{page}"), "");
        let languages = http::HeaderValue::from_static(languages);
        request.headers_mut().insert("accept-language", languages);
        self.send(request).await
    }

    pub(super) async fn get(&mut self, page: &str) -> Page {
        self.method(Method::GET, page).await
    }

    pub(super) async fn post(&mut self, page: &str, fields: &[(String, String)]) -> Page {
        let request = self.post_request(page, fields);
        self.send(request).await
    }

    pub(super) fn post_request(&self, page: &str, fields: &[(String, String)]) -> Request<Bytes> {
        self.request(&Method::POST, &format!("/.portcullis{page}"), &encoded(fields))
    }

    /// A request to the console that lacks proof.
    pub(super) async fn meet(&mut self, method: Method, target: &str, body: &str) -> Page {
        let demand = if self.session().is_some() { Demand::SecondFactor } else { Demand::SignIn };
        self.meet_demand((method, target, body), demand).await
    }

    /// A request to the console that lacks this.
    pub(super) async fn meet_demand(
        &mut self,
        (method, target, body): (Method, &str, &str),
        demand: Demand,
    ) -> Page {
        let request = self.request(&method, target, body);
        let answer = self.world.portal.challenge(&request, &self.asking(), demand).await;
        self.take(answer)
    }

    /// The same by a script.
    pub(super) async fn script_meets(&mut self, target: &str, demand: Demand) -> Page {
        let request = self.request(&Method::GET, target, "");
        let asking = Asking { person: false, ..self.asking() };
        let answer = self.world.portal.challenge(&request, &asking, demand).await;
        self.take(answer)
    }

    fn take(&mut self, answer: Response<Bytes>) -> Page {
        for line in answer.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.jar.retain(|(other, _)| other != name);
            if !line.contains("Max-Age=0") {
                self.jar.push((name.to_owned(), value.to_owned()));
            }
        }
        let (head, body) = answer.into_parts();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Page { status: head.status, head: head.headers, text }
    }

    /// The code the phone shows now.
    pub(super) fn code(&self) -> String {
        let key = self.key.as_ref().unwrap().replace(' ', "");
        let key = data_encoding::BASE32_NOPAD.decode(key.as_bytes()).unwrap();
        totp::code_at(&Secret::new(key), self.world.clock.wall()).unwrap()
    }

    /// Gives login name and password; the answer.
    pub(super) async fn password(&mut self, login: &str, password: &str, next: &str) -> Page {
        let page = self.get(&format!("/sign-in?next={}", urlencoded::encode(next))).await;
        self.fill_password(&page, login, password).await
    }

    pub(super) async fn fill_password(&mut self, page: &Page, login: &str, password: &str) -> Page {
        let form = with(page.form("/sign-in"), &[("login", login), ("password", password)]);
        self.post("/sign-in", &form).await
    }

    /// Enrols on a page that shows a key; the page with the codes.
    pub(super) async fn confirm(&mut self, page: &Page) -> Page {
        self.key = Some(page.texts("id=\"totp-key\"").remove(0));
        let form = with(page.form("/enrol"), &[("code", &self.code())]);
        self.post("/enrol", &form).await
    }

    /// Another sign-in, in a browser that has nothing yet, with the app.
    pub(super) async fn elsewhere(&self, login: &str) -> Self {
        let mut other = Self { jar: Vec::new(), ..self.clone() };
        self.world.next_step();
        other.password(login, PASSWORD, "/").await;
        other.proves().await;
        other
    }

    /// Another sign-in, in a browser that has nothing yet, with a backup code.
    pub(super) async fn with_backup_code(&self, login: &str, code: &str) -> Self {
        let mut other = Self { jar: Vec::new(), ..self.clone() };
        other.password(login, PASSWORD, "/").await;
        let page = other.get("/challenge?method=backup_code").await;
        let form = with(page.form("/challenge"), &[("code", code)]);
        let answer = other.post("/challenge", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        other
    }

    /// Gives a code of the app where one is asked for.
    async fn proves(&mut self) {
        let page = self.get("/challenge").await;
        let form = with(page.form("/challenge"), &[("code", &self.code())]);
        let answer = self.post("/challenge", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }

    /// Sets up one more app, with the proof it needs; its key.
    pub(super) async fn adds_app(&mut self) -> String {
        let first = self.key.clone();
        self.world.next_step();
        let page = self.get("/enrol?method=totp").await;
        let answer = self.confirm(&page).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        std::mem::replace(&mut self.key, first).unwrap()
    }

    /// The whole way to a session with a second factor, the first time; the codes.
    pub(super) async fn enrolled(&mut self, login: &str) -> Vec<String> {
        let answer = self.password(login, PASSWORD, "/").await;
        assert_eq!(answer.header("location"), "/.portcullis/enrol");
        let page = self.get("/enrol").await;
        let codes = self.confirm(&page).await;
        let stored = with(codes.form("/codes"), &[("stored", "on")]);
        assert_eq!(self.post("/codes", &stored).await.status, StatusCode::SEE_OTHER);
        codes.texts("class=\"backup-code\"")
    }
}

/// Fields with others added.
pub(super) fn with(
    mut fields: Vec<(String, String)>,
    more: &[(&str, &str)],
) -> Vec<(String, String)> {
    for (name, value) in more {
        fields.retain(|(other, _)| other != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

/// Fields as a browser encodes them.
pub(super) fn encoded(fields: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| {
        format!("{}={}", urlencoded::encode(name), urlencoded::encode(value))
    };
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}
