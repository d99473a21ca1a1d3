// Small comforts, and passkeys. Every page works without this file, and says so where a passkey does not.
"use strict";

const find = (selector) => document.querySelectorAll(selector);

for (const button of find("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const button of find("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.textContent = shown ? button.dataset.show : button.dataset.hide;
    button.setAttribute("aria-pressed", String(!shown));
    field.focus();
  });
}

// Passkeys. The question of the gateway stands in the form; what the browser answers goes into its field
// `code`, and the form is sent like any other.
const bytesOf = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
};

const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const described = (list) => (list ?? []).map((one) => ({ ...one, id: bytesOf(one.id) }));

const question = (form) => {
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytesOf(options.challenge);
  if (options.user) {
    options.user.id = bytesOf(options.user.id);
  }
  if (options.excludeCredentials) {
    options.excludeCredentials = described(options.excludeCredentials);
  }
  if (options.allowCredentials) {
    options.allowCredentials = described(options.allowCredentials);
  }
  return options;
};

const answerOf = (credential) => {
  const { response } = credential;
  const told = { clientDataJSON: textOf(response.clientDataJSON) };
  if (response.attestationObject) {
    told.attestationObject = textOf(response.attestationObject);
    told.transports = response.getTransports?.() ?? [];
  } else {
    told.authenticatorData = textOf(response.authenticatorData);
    told.signature = textOf(response.signature);
    told.userHandle = response.userHandle ? textOf(response.userHandle) : null;
  }
  const id = textOf(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response: told });
};

const QUESTION_LASTS = 285000;

for (const form of find("form[data-passkey]")) {
  const say = (text) => {
    const line = form.querySelector("[data-passkey-problem]");
    line.querySelector("span").textContent = text;
    line.hidden = text === "";
  };
  const words = form.querySelector("[data-passkey-words]").dataset;
  const button = form.querySelector("[data-passkey-start]");
  form.querySelector("[data-passkey-without]").hidden = true;
  const able = Boolean(window.PublicKeyCredential && navigator.credentials);
  if (!able) {
    say(form.dataset.passkey === "sign-in" ? "" : words.unsupported);
    form.hidden = form.dataset.passkey === "sign-in";
    continue;
  }

  const shown = performance.now();
  let waiting = null;
  const ask = async (mediation) => {
    waiting?.abort();
    const mine = new AbortController();
    waiting = mine;
    const asked = { publicKey: question(form), signal: mine.signal };
    if (mediation) {
      asked.mediation = mediation;
    }
    try {
      const create = form.dataset.passkey === "create";
      const given = await (create
        ? navigator.credentials.create(asked)
        : navigator.credentials.get(asked));
      form.elements.code.value = answerOf(given);
      form.requestSubmit();
    } catch (error) {
      if (mine.signal.aborted || mediation) {
        return;
      }
      const texts = { NotAllowedError: words.cancelled, InvalidStateError: words.registered };
      say(texts[error.name] ?? words.failed);
    }
  };

  // Without an answer there is nothing to send; another method may be chosen.
  form.addEventListener("submit", (event) => {
    if (form.elements.code.value === "" && event.submitter?.name !== "switch") {
      event.preventDefault();
      event.stopImmediatePropagation();
      button.click();
    }
  });
  button.hidden = false;
  if ("focus" in button.dataset) {
    button.focus();
  }
  button.addEventListener("click", () => {
    // A question that has waited too long would be refused: a fresh page has a fresh one.
    if (performance.now() - shown > QUESTION_LASTS && form.dataset.again) {
      location.assign(form.dataset.again);
      return;
    }
    say("");
    ask();
  });

  if (form.dataset.passkey === "sign-in") {
    window.PublicKeyCredential.isConditionalMediationAvailable?.().then((available) => {
      if (available) {
        ask("conditional");
        const offered = waiting;
        setTimeout(() => offered.abort(), QUESTION_LASTS);
      }
    });
  }
}

// A second click must not send a one-time code twice.
for (const form of find("form[data-once]")) {
  const buttons = form.querySelectorAll("button.button[type=submit]");
  const mark = (busy) => {
    form.dataset.sent = busy ? "yes" : "";
    for (const button of buttons) {
      button.setAttribute("aria-disabled", String(busy));
    }
  };
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent === "yes") {
      event.preventDefault();
    } else {
      for (const field of form.querySelectorAll("input[type=text]#password")) {
        field.type = "password";
      }
      mark(true);
    }
  });
  window.addEventListener("pageshow", () => mark(false));
}

// A script in another window waits for this page.
for (const { dataset } of find("[data-proved]")) {
  new BroadcastChannel("portcullis").postMessage({ proved: dataset.proved });
  window.close();
}
