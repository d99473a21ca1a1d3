// The gateway's script in the pages of a console: a fetch or an XMLHttpRequest that lacks a proof is sent once more
// after the same person gave it.
"use strict";

(() => {
  const { prefix, who, lang, title, message, open, cancel } = document.currentScript.dataset;
  const plainly = window.fetch;

  // Whoever says "not now" is left alone for a while.
  const QUIET = 60 * 1000;
  const quiet = new Map();

  // Requests that wait: each with the address of the page that asks for its proof.
  let waiting = [];
  let bar = null;
  let opened = false;
  let channel = null;

  // Whether an answer can be a refusal of the gateway.
  const isRefusal = (status, kind) => status === 401 && (kind || "").startsWith("application/problem+json");

  // The page that a refusal names, if it is one of the gateway's, with the way back to this script; none while the
  // person wants to be left alone.
  const pageIn = ({ challenge_url: told }) => {
    const page = new URL(told, location.origin);
    const known = [`${prefix}/challenge`, `${prefix}/sign-in`];
    if (page.origin !== location.origin || !known.includes(page.pathname)) {
      return null;
    }
    page.searchParams.set("next", `${prefix}/proved`);
    const address = page.pathname + page.search;
    return Date.now() < (quiet.get(address) || 0) ? null : address;
  };

  const pageOf = async (answer) => {
    const plain = !answer.redirected && isRefusal(answer.status, answer.headers.get("content-type"));
    return plain ? pageIn(await answer.clone().json()) : null;
  };

  // The same request once more, taken before it is sent; none if it goes elsewhere or its body is a stream.
  const spareOf = (input, init) => {
    if (init && init.body instanceof ReadableStream) {
      return null;
    }
    const spare = new Request(input instanceof Request ? input.clone() : input, init);
    return new URL(spare.url).origin === location.origin ? spare : null;
  };

  const settle = (chosen, act) => {
    const settled = waiting.filter(chosen);
    waiting = waiting.filter((one) => !settled.includes(one));
    settled.forEach(act);
    show();
  };

  const element = (name, style, text) => {
    const made = document.createElement(name);
    Object.assign(made.style, style);
    made.textContent = text;
    return made;
  };

  const drawn = (page) => {
    const host = document.createElement("div");
    host.id = "portcullis-proof";
    for (const [name, value] of Object.entries({
      all: "initial", position: "fixed", inset: "auto 0 0 0", "z-index": "2147483647",
    })) {
      host.style.setProperty(name, value, "important");
    }
    const control = {
      font: "inherit", fontWeight: "600", padding: "0.6em 1em", borderRadius: "0.4em", cursor: "pointer",
      border: "1px solid #ffffff", boxSizing: "border-box", textDecoration: "none",
    };
    const region = element("section", {
      display: "flex", flexWrap: "wrap", gap: "0.75em", alignItems: "center", justifyContent: "center",
      padding: "1em", background: "#1b2733", color: "#ffffff", font: "16px/1.4 system-ui, sans-serif",
    }, "");
    region.lang = lang;
    region.setAttribute("aria-label", title);
    const said = element("p", { margin: "0", flex: "0 1 auto" }, "");
    said.setAttribute("role", "alert");
    const way = element("a", { ...control, background: "#ffffff", color: "#1b2733" }, open);
    way.href = page;
    way.target = "_blank";
    way.addEventListener("click", (event) => {
      opened = true;
      if (window.open(page, "_blank", "popup,width=520,height=760")) {
        event.preventDefault();
      }
    });
    const no = element("button", { ...control, background: "transparent", color: "#ffffff" }, cancel);
    no.type = "button";
    no.addEventListener("click", () => {
      quiet.set(page, Date.now() + QUIET);
      settle((one) => one.page === page, (one) => one.leave());
    });
    region.append(said, way, no);
    host.attachShadow({ mode: "open" }).append(region);
    // A message is announced when it comes into a place that is there.
    requestAnimationFrame(() => { said.textContent = message; });
    return { host, page };
  };

  // One bar for all that wait, about the page that the first of them needs.
  const show = () => {
    const page = waiting.length > 0 ? waiting[0].page : null;
    if (bar && bar.page !== page) {
      bar.host.remove();
      channel.close();
      bar = null;
    }
    if (page && !bar) {
      opened = false;
      bar = drawn(page);
      channel = new BroadcastChannel("portcullis");
      channel.addEventListener("message", proved);
      // Beside a dialog that is open, nothing else can be used.
      const dialogs = document.querySelectorAll("dialog:modal");
      (dialogs[dialogs.length - 1] || document.documentElement).append(bar.host);
    }
  };

  const proved = ({ data }) => {
    if (bar && opened && data && data.proved === who) {
      const { page } = bar;
      settle((one) => one.page === page, (one) => one.again());
    }
  };

  const wait = (one) => {
    waiting.push(one);
    show();
  };

  const forget = (one) => settle((other) => other === one, () => {});

  const waited = (answer, spare, page) => new Promise((resolve, reject) => {
    const one = {
      page,
      leave: () => resolve(answer),
      again: () => resolve(plainly(spare)),
    };
    spare.signal.addEventListener("abort", () => {
      reject(spare.signal.reason);
      forget(one);
    });
    wait(one);
  });

  window.fetch = async function fetch(...sent) {
    let spare = null;
    try {
      spare = spareOf(...sent);
    } catch {
      // What is wrong with it, the browser's own function says.
    }
    const answer = await plainly(...sent);
    if (!spare) {
      return answer;
    }
    let page = null;
    try {
      page = await pageOf(answer);
    } catch {
      // Not an answer of the gateway.
    }
    return page && !spare.signal.aborted ? waited(answer, spare, page) : answer;
  };

  // What an answer says, in whichever form the console wants it.
  const problemOf = async (request) => {
    switch (request.responseType) {
      case "":
      case "text":
        return JSON.parse(request.responseText);
      case "json":
        return request.response;
      case "arraybuffer":
        return JSON.parse(new TextDecoder().decode(request.response));
      case "blob":
        return JSON.parse(await request.response.text());
      default:
        throw new TypeError("no text");
    }
  };

  // The body once more: its kind and its bytes as they were when it was sent, or its text.
  const bodyOf = (address, method, body) => {
    if (body === null || body === undefined || /^(GET|HEAD)$/i.test(method)) {
      return { kind: null, again: async () => null };
    }
    if (body instanceof Document || body instanceof ReadableStream) {
      throw new TypeError("not to be repeated");
    }
    if (typeof body === "string") {
      return { kind: null, again: async () => body };
    }
    const spare = new Request(address, { method, body });
    return { kind: spare.headers.get("content-type"), again: () => spare.arrayBuffer() };
  };

  // Events of an answer that the console is not told before it is sure that the answer stays.
  const ANSWERED = ["readystatechange", "progress", "load", "loadend"];

  window.XMLHttpRequest = class XMLHttpRequest extends window.XMLHttpRequest {
    // What was opened and set, and can be repeated.
    #asked = null;
    // While an answer is held back: what waits for the person, and the event of the answer's end.
    #held = null;
    // While the request is sent once more: its beginning was told before.
    #begins = false;

    constructor(...options) {
      super(...options);
      // These come before all listeners of the console.
      for (const name of [...ANSWERED, "loadstart"]) {
        super.addEventListener(name, (event) => this.#happens(event));
      }
    }

    open(method, url, ...rest) {
      this.#release();
      this.#asked = null;
      super.open(method, url, ...rest);
      const address = new URL(url, document.baseURI);
      address.hash = "";
      const [asynchronous, name, password] = rest;
      const plain = (rest.length === 0 || asynchronous) && !name && !password && !address.username && !address.password;
      if (plain && address.origin === location.origin) {
        this.#asked = { method, address: address.href, fields: [], body: null };
      }
    }

    setRequestHeader(name, value) {
      super.setRequestHeader(name, value);
      this.#asked?.fields.push([name, value]);
    }

    send(body) {
      try {
        if (this.#asked) {
          this.#asked.body = bodyOf(this.#asked.address, this.#asked.method, body);
        }
      } catch {
        this.#asked = null;
      }
      super.send(body);
    }

    abort() {
      const held = this.#release();
      super.abort();
      if (held) {
        this.dispatchEvent(new ProgressEvent("abort"));
        this.dispatchEvent(new ProgressEvent("loadend"));
      }
    }

    // Nothing is held back any more.
    #release() {
      const held = this.#held;
      this.#held = null;
      if (held) {
        forget(held);
      }
      return held;
    }

    #happens(event) {
      if (this.#begins) {
        event.stopImmediatePropagation();
        return;
      }
      if (event.type === "loadstart") {
        return;
      }
      const refused = this.#asked && this.readyState >= 2 && this.responseURL === this.#asked.address
        && isRefusal(this.status, this.getResponseHeader("content-type"));
      if (!refused) {
        this.#held = null;
        return;
      }
      this.#held = this.#held || { page: null, leave: () => this.#leave(), again: () => this.#again(), end: null };
      event.stopImmediatePropagation();
      if (event.type === "load") {
        this.#held.end = event;
      } else if (event.type === "loadend") {
        this.#refused(this.#held);
      }
    }

    async #refused(held) {
      try {
        held.page = pageIn(await problemOf(this));
      } catch {
        // Not an answer of the gateway.
      }
      if (this.#held !== held) {
        return;
      }
      if (held.page) {
        wait(held);
      } else {
        this.#leave();
      }
    }

    // The console gets the answer that came.
    #leave() {
      const { lengthComputable, loaded, total } = this.#held.end || {};
      this.#held = null;
      this.#asked = null;
      this.dispatchEvent(new Event("readystatechange"));
      for (const name of ["load", "loadend"]) {
        this.dispatchEvent(new ProgressEvent(name, { lengthComputable, loaded, total }));
      }
    }

    // The same request, for which no answer is held back again.
    async #again() {
      const held = this.#held;
      const { method, address, fields, body } = this.#asked;
      let bytes = null;
      try {
        bytes = await body.again();
      } catch {
        this.#leave();
        return;
      }
      if (this.#held !== held) {
        return;
      }
      this.#held = null;
      this.#asked = null;
      this.#begins = true;
      try {
        super.open(method, address);
        fields.forEach(([name, value]) => super.setRequestHeader(name, value));
        if (body.kind && !fields.some(([name]) => name.toLowerCase() === "content-type")) {
          super.setRequestHeader("Content-Type", body.kind);
        }
        super.send(bytes);
      } finally {
        this.#begins = false;
      }
    }
  };
})();
