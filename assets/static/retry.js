// The gateway's script in the pages of a console: a fetch that lacks a proof is sent once more after the same
// person gave it.
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

  // The page that a refusal names, if it is one of the gateway's, with the way back to this script.
  const pageOf = async (answer) => {
    const kind = answer.headers.get("content-type") || "";
    if (answer.status !== 401 || answer.redirected || !kind.startsWith("application/problem+json")) {
      return null;
    }
    const { challenge_url: told } = await answer.clone().json();
    const page = new URL(told, location.origin);
    const known = [`${prefix}/challenge`, `${prefix}/sign-in`];
    if (page.origin !== location.origin || !known.includes(page.pathname)) {
      return null;
    }
    page.searchParams.set("next", `${prefix}/proved`);
    return page.pathname + page.search;
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

  const waited = (answer, spare, page) => new Promise((resolve, reject) => {
    const one = {
      page,
      leave: () => resolve(answer),
      again: () => resolve(plainly(spare)),
    };
    spare.signal.addEventListener("abort", () => {
      reject(spare.signal.reason);
      settle((other) => other === one, () => {});
    });
    waiting.push(one);
    show();
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
    const silent = !page || spare.signal.aborted || Date.now() < (quiet.get(page) || 0);
    return silent ? answer : waited(answer, spare, page);
  };
})();
