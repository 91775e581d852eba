// What every page gains where scripts run; every page works without. No state, no requests to anybody else.

// Copy buttons: <button type="button" data-copy="#id">; the words "copied" come from data-done.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  const before = (button.dataset.words ??= button.textContent);
  try {
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
  } catch {
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return;
  }
  button.textContent = button.dataset.done || "✓";
  setTimeout(() => { button.textContent = before; }, 2000);
});

// A form is sent once: its buttons rest while it is under way. The server keeps a second one from acting anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.target || form.dataset.again !== undefined) return;
  setTimeout(() => form.querySelectorAll("button:not([name])").forEach((each) => { each.disabled = true; }), 0);
});
addEventListener("pageshow", () => document.querySelectorAll("button[disabled]:not([data-off])").forEach((each) => { each.disabled = false; }));

// <a data-confirm="..."> and <button data-confirm="..."> ask before they act.
document.addEventListener("click", (event) => {
  const asked = event.target.closest("[data-confirm]");
  if (asked && !confirm(asked.dataset.confirm)) event.preventDefault();
}, true);

// <div data-load="/address"> is filled with what that address answers, after the page is there.
for (const place of document.querySelectorAll("[data-load]")) {
  fetch(place.dataset.load, {headers: {"X-Fragment": "1"}, credentials: "same-origin"})
    .then((answer) => answer.ok ? answer.text() : Promise.reject(answer.status))
    .then((text) => { place.innerHTML = text; place.setAttribute("aria-busy", "false"); }) // our own server's page, escaped there
    .catch(() => { place.setAttribute("aria-busy", "false"); place.classList.add("failed"); });
}

// Keyboard: "/" goes to the search, "n" to what a page calls its new thing. Never while something is typed.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const wanted = event.key === "/" ? "[data-key-search]" : event.key === "n" ? "[data-key-new]" : null;
  const found = wanted && document.querySelector(wanted);
  if (!found) return;
  event.preventDefault();
  if (found.matches("input")) found.focus(); else found.click();
});

// The menu of the desk is open where there is room for it.
const menu = document.querySelector("details.menu");
if (menu) {
  const wide = matchMedia("(min-width: 56.01rem)");
  const fit = () => { menu.open = wide.matches; };
  wide.addEventListener("change", fit);
  fit();
}

// The first wrong field is where one starts.
document.querySelector("[aria-invalid=true]")?.focus();
