// What a page must be for everybody, as far as a machine can tell. Returns the faults in words.
const faults = [];
const all = (css) => Array.from(document.querySelectorAll(css));
const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip, .unseen");
const name = (element) => element.outerHTML.slice(0, 120);
const expect = (holds, fault) => { if (!holds) { faults.push(fault); } };

expect(/^[a-z]{2}$/.test(document.documentElement.lang), "no language");
expect(document.title.includes(" · "), `no title: ${document.title}`);
expect(all("h1").length === 1, `${all("h1").length} h1`);
expect(all("main").length === 1, "no main landmark");
expect(document.querySelector("meta[name=viewport]") !== null, "no viewport");

let level = 0;
for (const heading of all("h1, h2, h3, h4, h5, h6").filter(seen)) {
  const next = Number(heading.tagName[1]);
  expect(next <= level + 1, `a heading skips a level: ${name(heading)}`);
  level = next;
}

const ids = all("[id]").map((element) => element.id);
expect(new Set(ids).size === ids.length, `ids twice: ${ids}`);
for (const attribute of ["aria-describedby", "aria-labelledby", "aria-controls", "for"]) {
  for (const element of all(`[${attribute}]`)) {
    for (const id of element.getAttribute(attribute).split(/\s+/)) {
      expect(document.getElementById(id) !== null, `${attribute} leads nowhere: ${name(element)}`);
    }
  }
}

for (const field of all("input:not([type=hidden]), select, textarea")) {
  const labelled = Array.from(field.labels).some((label) => seen(label) && label.innerText.trim() !== "");
  expect(labelled, `no visible label: ${name(field)}`);
  expect(field.getAttribute("aria-invalid") !== "true" || field.hasAttribute("aria-describedby"),
    `a wrong field without its error: ${name(field)}`);
}
for (const target of all("button, a[href], summary, input:not([type=hidden])").filter(seen)) {
  expect(target.matches("input") || target.innerText.trim() !== "" || target.ariaLabel, `no words: ${name(target)}`);
  const box = target.getBoundingClientRect();
  const inText = target.matches("p a");
  expect(inText || (box.height >= 24 && box.width >= 24), `too small to hit, ${box.width}x${box.height}: ${name(target)}`);
  expect(!target.matches("[tabindex]:not([tabindex='0'])"), `an order of its own: ${name(target)}`);
}
for (const picture of all("svg, img")) {
  expect(picture.ariaHidden === "true" || picture.ariaLabel || picture.alt, `no words for a picture: ${name(picture)}`);
}

// Contrast (WCAG 2.2, 1.4.3): 4.5 for text.
const parts = (color) => color.match(/[\d.]+/g).map(Number);
const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const color = parts(getComputedStyle(at).backgroundColor);
    if (color.length === 3 || color[3] === 1) { return color; }
  }
  return [255, 255, 255];
};
const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (words.nextNode()) {
  const element = words.currentNode.parentElement;
  if (words.currentNode.data.trim() === "" || !seen(element) || element.closest("svg, script, noscript")) { continue; }
  const pair = [light(parts(getComputedStyle(element).color)), light(behind(element))];
  const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  expect(contrast >= 4.5, `contrast ${contrast.toFixed(2)}: ${name(element)}`);
}

expect(document.documentElement.scrollWidth <= window.innerWidth,
  `wider than the screen: ${document.documentElement.scrollWidth} of ${window.innerWidth}`);
return faults;
