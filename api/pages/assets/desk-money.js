// One more line without asking the server: the last one is copied, emptied and numbered on.
const box = document.querySelector("[data-lines]");
const more = document.querySelector("[data-more]");
if (box && more) {
  more.addEventListener("click", (event) => {
    const lines = box.querySelectorAll("[data-line]");
    if (lines.length >= 200) return;
    event.preventDefault();
    const last = lines[lines.length - 1];
    const copy = last.cloneNode(true);
    const from = `lines-${lines.length - 1}-`;
    const to = `lines-${lines.length}-`;
    for (const node of copy.querySelectorAll("[name], [for], [id]")) {
      for (const name of ["name", "id", "for"]) {
        const value = node.getAttribute(name);
        if (value) node.setAttribute(name, value.replace(from, to));
      }
      node.removeAttribute("required");
      if (node.tagName === "INPUT") node.value = node.name.endsWith("-quantity") ? "1" : "";
    }
    for (const wrong of copy.querySelectorAll(".wrong")) wrong.remove();
    const legend = copy.querySelector("legend");
    legend.textContent = legend.textContent.replace(/\d+/, String(lines.length + 1));
    box.append(copy);
    copy.querySelector("input").focus();
  });
}
