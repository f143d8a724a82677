// Keeps a page up to date: replaces the pieces that changed, keeps the focus, and announces what is new, politely.
"use strict";
(() => {
  const root = document.querySelector("[data-live]");
  const token = document.querySelector("meta[name=caire-page]").content;
  const voice = root.querySelector("[data-announce]");
  let states = null;
  let timer = 0;

  const replace = (piece, html) => {
    const probe = document.createElement(piece.tagName);
    probe.innerHTML = html;
    if (probe.innerHTML === (piece.caireHtml ?? piece.innerHTML)) return;
    const opened = [...piece.querySelectorAll("details")].map((d) => d.open);
    const active = piece.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    piece.innerHTML = html;
    piece.caireHtml = piece.innerHTML;
    piece.querySelectorAll("details").forEach((d, i) => { d.open = opened[i] ?? false; });
    if (active) [...piece.querySelectorAll("a")].find((a) => a.getAttribute("href") === active)?.focus();
  };

  const update = async () => {
    clearTimeout(timer);
    let again = 15;
    try {
      const answer = await fetch(root.dataset.live, { headers: { "X-Caire-Page": token }, cache: "no-store" });
      if (answer.status === 401) { window.location.reload(); return; }
      if (answer.ok) {
        const news = await answer.json();
        for (const piece of root.querySelectorAll("[data-piece]")) {
          const html = news.pieces[piece.dataset.piece];
          if (html !== undefined) replace(piece, html);
        }
        if (states) {
          const changed = Object.keys(news.states).filter((key) => states[key] !== news.states[key]);
          if (changed.length) voice.textContent = changed.map((key) => news.states[key]).join(". ");
        }
        states = news.states;
        again = news.again;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // the network is away: try again later
    }
    if (!document.hidden) timer = setTimeout(update, again * 1000);
  };

  document.addEventListener("visibilitychange", () => { if (!document.hidden) update(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) update(); });
  timer = setTimeout(update, Math.min(Number(root.dataset.again), 5) * 1000);
})();
