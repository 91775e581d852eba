// What the customer's pages gain where scripts run: totals that follow, a signature drawn, "opened" noted.
document.documentElement.classList.add("js");

// Choices: the total is asked for anew from the server, which alone reckons.
const choice = document.querySelector("form[data-choice]");
choice?.addEventListener("change", async () => {
  const address = `${choice.dataset.choice}?${new URLSearchParams(new FormData(choice))}`;
  const total = document.getElementById("total");
  try {
    const answer = await fetch(address, {credentials: "same-origin"});
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    total.replaceChildren(...page.getElementById("total").childNodes);
    history.replaceState(null, "", address);
  } catch {
    choice.action = choice.dataset.choice; // the page itself shows it
    choice.requestSubmit();
  }
});

// A signature drawn with a finger, a pen or a mouse.
const pad = document.querySelector("[data-pad]");
if (pad) {
  const canvas = pad.querySelector("canvas"), pen = canvas.getContext("2d");
  const kept = pad.closest("form").elements.drawing;
  pad.hidden = false;
  pen.lineWidth = 3.2;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#14213d";
  let last = null;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  };
  const stroke = (to) => {
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...to);
    pen.stroke();
    last = to;
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    stroke([last[0] + .1, last[1]]);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => { if (last) for (const each of event.getCoalescedEvents?.() ?? [event]) stroke(place(each)); });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => {
    if (!last) return;
    last = null;
    kept.value = canvas.toDataURL("image/png");
  });
  pad.querySelector("[data-pad-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    kept.value = "";
  });
  if (kept.value) {
    const drawn = new Image();
    drawn.onload = () => pen.drawImage(drawn, 0, 0);
    drawn.src = kept.value;
  }
}

// That the document was opened is noted by the page, so that no mail filter opens it for somebody.
const seen = document.querySelector("[data-seen]");
if (seen) fetch(seen.dataset.seen, {method: "POST", body: new URLSearchParams(), credentials: "same-origin"}).catch(() => {});
