// The books' pages: a task under way says how far it is, without the page being asked for again by hand.

// <div data-poll="/address"> asks every second and a half until what it is given holds no [data-poll-again].
for (const place of document.querySelectorAll("[data-poll]")) {
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.poll, {headers: {"X-Fragment": "1"}, credentials: "same-origin"});
      if (!answer.ok) return;
      place.innerHTML = await answer.text(); // our own server's page, escaped there
      if (place.querySelector("[data-poll-again]")) setTimeout(ask, 1500);
      else location.reload(); // the rest of the page tells of what was made
    } catch { setTimeout(ask, 5000); }
  };
  setTimeout(ask, 800);
}
