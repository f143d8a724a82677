// Keeps a page up to date: replaces the pieces that changed, keeps focus and opened details, and announces what is new.
// While something is being graded the news come as server-sent events; otherwise the page asks from time to time.
"use strict";
(() => {
  const root = document.querySelector("[data-live]");
  const token = document.querySelector("meta[name=caire-page]").content;
  const voice = root.querySelector("[data-announce]");
  const EVENTS = "text/event-stream";
  let states = null;
  let timer = 0;
  let asking = new AbortController();

  // What a link, a summary or a button is, whichever place it has in the new piece.
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
    find(piece, "a, summary, button", active)[0]?.focus();
  };

  const show = (news) => {
    for (const piece of root.querySelectorAll("[data-piece]")) {
      const html = news.pieces[piece.dataset.piece];
      if (html !== undefined) replace(piece, html);
    }
    if (states) {
      const changed = Object.keys(news.states).filter((key) => states[key] !== news.states[key]);
      if (changed.length) voice.textContent = changed.map((key) => news.states[key]).join(". ");
    }
    states = news.states;
    return news.again;
  };

  // Every message of a stream of server-sent events; EventSource could not send the page's token.
  async function* messages(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (text + part.value).split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const data = block.split("\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
        if (data.length) yield JSON.parse(data.join("\n"));
      }
    }
  }

  const update = async () => {
    clearTimeout(timer);
    asking.abort();
    asking = new AbortController();
    const mine = asking;
    let again = 15;
    try {
      const headers = { "X-Caire-Page": token, Accept: `${EVENTS}, application/json` };
      const answer = await fetch(root.dataset.live, { headers, cache: "no-store", signal: mine.signal });
      // Signed out, or signed in anew in another tab: the page itself says what is next.
      if (answer.status === 401 || answer.status === 403) { window.location.reload(); return; }
      if (answer.ok && (answer.headers.get("Content-Type") ?? "").startsWith(EVENTS)) {
        for await (const news of messages(answer.body)) again = show(news);
      } else if (answer.ok) {
        again = show(await answer.json());
      }
    } catch (error) {
      if (error.name === "AbortError") return; // a newer question is being asked, or nobody looks
      if (!(error instanceof TypeError)) throw error; // the network is away: try again later
    }
    if (!document.hidden && mine === asking) timer = setTimeout(update, again * 1000);
  };

  document.addEventListener("visibilitychange", () => { if (document.hidden) asking.abort(); else update(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) update(); });
  timer = setTimeout(update, Math.min(Number(root.dataset.again), 5) * 1000);
})();
