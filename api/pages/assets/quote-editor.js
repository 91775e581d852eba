// The quote editor where scripts run: totals while one types, Enter adds a line, articles by their first letters.
// The form works without: every button here is also a submit.

const form = document.getElementById("editor");
const lines = form?.querySelector("[data-lines]");
const blank = form?.querySelector("template[data-blank]");
const MOST = Number(lines?.dataset.most);

// ---- totals
let waiting = 0;
let asking = null;
async function figures() {
  asking?.abort();
  asking = new AbortController();
  const place = document.getElementById("figures");
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.figures, {
      method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin", signal: asking.signal,
    });
    if (answer.ok) place.innerHTML = await answer.text(); // our own server's page, escaped there
  } catch { /* the next change asks again */ }
  place.setAttribute("aria-busy", "false");
}
const later = () => { clearTimeout(waiting); waiting = setTimeout(figures, 400); };

// ---- rows
function renumber() {
  [...lines.children].forEach((row, rank) => {
    for (const each of row.querySelectorAll("[name^='lines-'], [id^='f-lines-'], label[for^='f-lines-']")) {
      for (const attribute of ["name", "id", "for"]) {
        const value = each.getAttribute(attribute);
        if (value) each.setAttribute(attribute, value.replace(/lines-\d+-/, `lines-${rank}-`));
      }
    }
    for (const button of row.querySelectorAll("button[name=act]")) button.value = button.value.replace(/-\d+$/, `-${rank}`);
    const [up, down] = row.querySelectorAll(".line-acts button");
    up.disabled = rank === 0;
    down.disabled = rank === lines.children.length - 1;
  });
}
function add(after) {
  if (lines.children.length >= MOST) return;
  const row = blank.content.firstElementChild.cloneNode(true);
  if (after) after.after(row); else lines.append(row);
  renumber();
  row.querySelector("[data-name=label]").focus();
  changed = true;
}
let changed = false;

if (form && lines && blank) {
  form.addEventListener("input", () => { changed = true; later(); });
  form.addEventListener("change", later);
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=act]");
    if (!button) return;
    const row = button.closest("[data-line]");
    if (button.hasAttribute("data-add")) { event.preventDefault(); add(null); }
    else if (row && button.hasAttribute("data-remove")) {
      event.preventDefault();
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      renumber();
      (next?.querySelector("[data-name=label]") || form.querySelector("[data-add]")).focus();
      changed = true;
      later();
    } else if (row && /^(up|down)-/.test(button.value)) {
      event.preventDefault();
      if (button.value.startsWith("up") && row.previousElementSibling) row.previousElementSibling.before(row);
      else if (row.nextElementSibling) row.nextElementSibling.after(row);
      renumber();
      button.focus();
      changed = true;
    }
  });

  // Enter in a line adds the next one; in a list of articles it takes the chosen one.
  form.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-line]");
    if (event.key === "Enter" && event.target.matches("input") && row) {
      event.preventDefault();
      close(row);
      add(row);
    }
    if (event.key === "Escape" && row) close(row);
    if (event.key === "ArrowDown" && row?.querySelector(".found-articles")) {
      event.preventDefault();
      const all = [...row.querySelectorAll(".found-articles button")];
      (all[all.indexOf(document.activeElement) + 1] || all[0])?.focus();
    }
  });

  // ---- articles
  const close = (row) => row.querySelector(".found-articles")?.remove();
  let looking = 0;
  form.addEventListener("input", (event) => {
    if (event.target.dataset.name !== "label") return;
    const row = event.target.closest("[data-line]");
    clearTimeout(looking);
    looking = setTimeout(async () => {
      const words = event.target.value.trim();
      close(row);
      if (words.length < 2 || document.activeElement !== event.target) return;
      const answer = await fetch(`${form.dataset.lookup}?q=${encodeURIComponent(words)}`, {credentials: "same-origin", headers: {"X-Fragment": "1"}});
      if (!answer.ok || document.activeElement !== event.target) return;
      const made = document.createElement("template");
      made.innerHTML = await answer.text(); // our own server's page, escaped there
      const list = made.content.querySelector(".found-articles");
      if (list) { close(row); row.append(list); }
    }, 200);
  });
  form.addEventListener("click", (event) => {
    const chosen = event.target.closest(".found-articles button");
    if (!chosen) return;
    const row = chosen.closest("[data-line]");
    for (const [name, value] of Object.entries(chosen.dataset)) {
      const field = row.querySelector(`[data-name="${name.replace("unitprice", "unit_price")}"]`);
      if (field && value) field.value = value;
    }
    close(row);
    row.querySelector("[data-name=quantity]").focus();
    changed = true;
    later();
  });
  form.addEventListener("focusout", (event) => {
    const row = event.target.closest("[data-line]");
    if (row && !row.contains(event.relatedTarget)) close(row);
  });
}
