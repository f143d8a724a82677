// Keeps a page up to date: replaces the pieces that changed, keeps focus and opened details, and announces what is new.
"use strict";
(() => {
  const root = document.querySelector("[data-live]");
  const token = document.querySelector("meta[name=caire-page]").content;
  const voice = root.querySelector("[data-announce]");
  let states = null;
  let timer = 0;

  // What a link or a summary is, whichever place it has in the new piece.
  const name = (element) => element.getAttribute("href") ?? element.textContent;
  const find = (piece, selector, wanted) => [...piece.querySelectorAll(selector)].filter((e) => wanted.includes(name(e)));

  const replace = (piece, html) => {
    const probe = document.createElement(piece.tagName);
    probe.innerHTML = html;
    if (probe.innerHTML === (piece.caireHtml ?? piece.innerHTML)) return;
    const opened = [...piece.querySelectorAll("details[open] > summary")].map(name);
    const active = piece.contains(document.activeElement) ? [name(document.activeElement)] : [];
    piece.innerHTML = html;
    piece.caireHtml = piece.innerHTML;
    find(piece, "summary", opened).forEach((summary) => { summary.parentElement.open = true; });
    find(piece, "a, summary", active)[0]?.focus();
  };

  const update = async () => {
    clearTimeout(timer);
    let again = 15;
    try {
      const answer = await fetch(root.dataset.live, { headers: { "X-Caire-Page": token }, cache: "no-store" });
      // Signed out, or signed in anew in another tab: the page itself says what is next.
      if (answer.status === 401 || answer.status === 403) { window.location.reload(); return; }
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
