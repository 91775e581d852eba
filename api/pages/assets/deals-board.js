// Cards of the board may also be dragged; each has a form that does the same.
let dragged = null;
for (const card of document.querySelectorAll(".deal[draggable=true]")) {
  card.addEventListener("dragstart", (event) => { dragged = card; event.dataTransfer.setData("text/plain", card.id); });
  card.addEventListener("dragend", () => { dragged = null; });
}
for (const stage of document.querySelectorAll(".stage[data-stage]")) {
  stage.addEventListener("dragover", (event) => { if (dragged) { event.preventDefault(); stage.classList.add("over"); } });
  stage.addEventListener("dragleave", () => stage.classList.remove("over"));
  stage.addEventListener("drop", (event) => {
    event.preventDefault();
    stage.classList.remove("over");
    const form = dragged?.querySelector("form");
    const choice = form?.querySelector("select");
    if (!choice || ![...choice.options].some((one) => one.value === stage.dataset.stage)) return;
    choice.value = stage.dataset.stage;
    form.requestSubmit();
  });
}
