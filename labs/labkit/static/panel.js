// The panel of labkit: two buttons, a live status, the verdicts and the history. All sentences come from the kernel.

const SAVE_MS = 20000;

// Whether the notebook on disk is now the one on the screen; `null` where the page cannot tell.
// JupyterLab shows a save that failed in a dialog and goes on: only a new date of the file says that it was written.
async function saveNotebook() {
  const app = window.jupyterapp;
  const context = app?.shell.currentWidget?.context;
  if (!context?.contentsModel) return null;
  const before = context.contentsModel.last_modified;
  await app.commands.execute("docmanager:save");
  return context.contentsModel.last_modified !== before;
}

function rowOf(row) {
  return el("li", { class: "caire-row", "data-outcome": row.outcome },
    el("span", { class: "caire-symbol", "aria-hidden": "true", text: row.symbol }),
    el("div", { class: "caire-row-body" },
      el("p", { class: "caire-row-title" }, el("span", { text: row.title }),
        el("span", { class: "caire-badge", text: row.label }),
        row.points && el("span", { class: "caire-points", text: row.points })),
      row.message && el("p", { class: "caire-message", text: row.message }),
      row.comment && el("blockquote", { class: "caire-comment", text: row.comment })));
}

function historyOf(items, words, date) {
  const head = [words.attempt, words.when, words.state, words.score].map((text) => el("th", { scope: "col", text }));
  const body = items.map((item) => el("tr", { class: item.counts ? "caire-counts" : null },
    el("th", { scope: "row", text: String(item.attempt) }),
    el("td", { text: date(item.when) }),
    el("td", { text: item.state }),
    el("td", { text: item.score + (item.counts ? ` (${words.counts})` : "") })));
  return el("details", { class: "caire-history" }, el("summary", { text: `${words.history} (${items.length})` }),
    el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body)));
}

export default {
  render({ model, el: root }) {
    const words = model.get("words");
    const lang = model.get("lang");
    const ids = { title: uid(), hint: uid() };
    const format = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {
      dateStyle: "long", timeStyle: "short", timeZone: model.get("time_zone") || undefined,
    });
    const date = (iso) => format.format(new Date(iso));

    const check = el("button", { type: "button", class: "caire-button", text: words.check, "aria-describedby": ids.hint });
    const submit = el("button", {
      type: "button", class: "caire-button caire-primary", text: words.submit, "aria-describedby": ids.hint,
    });
    const status = el("p", { class: "caire-panel-status", role: "status", "aria-live": "polite" });
    const facts = el("p", { class: "caire-facts" });
    const results = el("div", { class: "caire-results" });
    const end = el("p", { class: "caire-facts", "aria-live": "polite" });
    const limit = model.get("ends") || {};
    end.hidden = !limit.at;
    const tellEnd = (said) => { end.textContent = said.replace("{date}", date(limit.at)); };
    if (limit.at) tellEnd(words.ends);
    const warning = limit.at && setTimeout(tellEnd, Math.max(0, new Date(limit.warn) - Date.now()), words.endsSoon);
    const history = el("div");
    const panel = el("section", { class: "caire-panel", lang, "aria-labelledby": ids.title },
      el("div", { class: "caire-panel-head" },
        el("p", { class: "caire-panel-title", id: ids.title, role: "heading", "aria-level": "2", text: words.title }),
        el("a", { class: "caire-link", href: model.get("labs_url"), text: words.labs })),
      el("p", { class: "caire-hint", id: ids.hint, text: words.checkHint }), end,
      facts,
      el("div", { class: "caire-buttons" }, check, submit),
      status, results, history);

    let waiting;
    const tell = (tone, text) => {
      status.dataset.tone = tone;
      const said = unbroken(text);
      if (status.textContent !== said) status.textContent = said;
    };
    const lock = (on) => [check, submit].forEach((button) => button.setAttribute("aria-disabled", String(on)));
    const locked = () => submit.getAttribute("aria-disabled") === "true";
    const expect = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        tell("busy", words.waiting);
        waiting = setTimeout(() => { tell("bad", words.stopped); lock(false); }, 60000);
      }, 2500);
    };

    check.addEventListener("click", () => {
      if (locked()) return;
      lock(true);
      tell("busy", words.checking);
      expect();
      model.send({ do: "check" });
    });
    submit.addEventListener("click", async () => {
      if (locked()) return;
      lock(true);
      tell("busy", words.saving);
      // A save may wait for ever, for an answer to JupyterLab's own question about a file that has changed.
      const late = new Promise((done) => { setTimeout(done, SAVE_MS, false); });
      const saved = await Promise.race([saveNotebook().catch(() => false), late]);
      expect();
      model.send({ do: "submit", saved });
    });

    let drawn = "";
    const draw = () => {
      clearTimeout(waiting);
      const view = model.get("view");
      lock(Boolean(view.busy));
      tell(view.tone || "info", view.status || "");
      const about = view.facts || {};
      facts.textContent = [about.due && `${words.due} ${date(about.due)}`, about.attempts].filter(Boolean).join(" · ");
      const now = JSON.stringify([view.heading, view.rows, view.score]);
      if (now !== drawn) {
        drawn = now;
        results.replaceChildren();
        if (view.heading) {
          const heading = el("p", { class: "caire-results-title", role: "heading", "aria-level": "3", tabindex: "-1" },
            el("span", { text: view.heading }),
            view.score && el("span", { class: "caire-score", text: view.score.words }));
          results.append(heading);
          if (view.score) {
            const meter = el("div", { class: "caire-meter", "aria-hidden": "true" });
            const bar = el("div");
            bar.style.width = `${view.score.max ? Math.min(100, (100 * view.score.value) / view.score.max) : 0}%`;
            meter.append(bar);
            results.append(meter);
          }
          results.append(el("ul", { class: "caire-rows" }, ...(view.rows || []).map(rowOf)));
        }
      }
      const open = history.querySelector("details")?.open;
      history.replaceChildren();
      if (view.history && view.history.length) {
        const list = historyOf(view.history, words, date);
        list.open = Boolean(open);
        history.append(list);
      }
      if (view.focus === "results") results.querySelector(".caire-results-title")?.focus({ preventScroll: false });
    };
    draw();
    const unmount = mount(root, panel, () => {
      [check, submit].forEach((button) => { button.disabled = true; });
      tell("info", words.asleep);
    });
    model.on("change:view", draw);
    return () => {
      clearTimeout(waiting);
      clearTimeout(warning);
      unmount();
      model.off("change:view", draw);
    };
  },
};
