// Small comforts. Every page works without this file.
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
