// The question widgets of labkit: native controls, each with its label, usable by keyboard and screen reader.
// The model holds `spec` (what is asked, in one language), `value` (the answer) and `saved` (the kernel's acknowledgement).

function countWords(text) {
  return (text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) || []).length;
}

// The number that a person wrote, `null` for nothing, NaN for anything else. Not the browser's number field: it drops a
// comma or a point that is not of the browser's own language (27,5 becomes 275), and the mouse wheel changes its value.
function numberIn(text, spec) {
  let written = text.replace(/\s/g, "").replace("−", "-");
  const unit = (spec.unit || "").replace(/\s/g, "");
  if (unit && written.endsWith(unit)) written = written.slice(0, -unit.length);
  if (spec.lang === "en") written = written.replace(/,(?=\d{3}(?!\d))/g, "");
  written = written.replace(",", ".");
  if (written === "") return null;
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(written) ? Number(written) : NaN;
}

// One group of radio buttons or checkboxes; `pick` returns the new answer for a change.
function options(spec, type, chosen, name, changed, describedby) {
  const list = el("div", { class: "caire-options" + (spec.inline ? " caire-inline" : "") });
  for (const [key, label] of spec.options) {
    const id = uid();
    const input = el("input", { type, id, name, value: key, "aria-describedby": describedby });
    input.checked = chosen(key);
    input.addEventListener("change", () => changed(key, input.checked));
    list.append(el("div", { class: "caire-option" }, input, el("label", { for: id, text: label })));
  }
  return list;
}

const kinds = {
  choice(box, spec, get, set, hint) {
    const refresh = () => box.querySelectorAll("input").forEach((i) => { i.checked = get() === i.value; });
    box.append(options(spec, "radio", (key) => get() === key, uid(), (key) => set(key), hint));
    return refresh;
  },

  choices(box, spec, get, set, hint) {
    const chosen = () => new Set(get() || []);
    const refresh = () => box.querySelectorAll("input").forEach((i) => { i.checked = chosen().has(i.value); });
    const changed = (key, on) => {
      const keys = chosen();
      if (on) keys.add(key); else keys.delete(key);
      set([...keys].sort());
    };
    box.append(options(spec, "checkbox", (key) => chosen().has(key), uid(), changed, hint));
    return refresh;
  },

  number(box, spec, get, set, hint, quiet) {
    const id = uid();
    const problem = el("p", { id: uid(), class: "caire-problem", role: "alert" });
    const input = el("input", {
      type: "text", id, inputmode: "decimal", autocomplete: "off", "aria-describedby": `${hint} ${problem.id}`,
    });
    const format = new Intl.NumberFormat(spec.lang, { maximumFractionDigits: 12, useGrouping: false });
    const refresh = () => { if (document.activeElement !== input) input.value = get() == null ? "" : format.format(get()); };
    input.addEventListener("change", () => {
      const value = numberIn(input.value, spec);
      const outside = value < (spec.low ?? -Infinity) || value > (spec.high ?? Infinity);
      const wrong = Number.isNaN(value) ? spec.words.unreadable : value !== null && outside ? spec.words.range : "";
      input.setAttribute("aria-invalid", String(Boolean(wrong)));
      problem.textContent = unbroken(wrong);
      if (wrong) quiet();
      else set(value);
    });
    refresh();
    box.append(
      el("div", { class: "caire-line" }, el("label", { for: id, text: spec.words.answer }), input,
        spec.unit && el("span", { text: spec.unit })),
      problem,
    );
    return refresh;
  },

  slider(box, spec, get, set, hint) {
    const id = uid();
    const input = el("input", { type: "range", id, min: spec.low, max: spec.high, step: spec.step, "aria-describedby": hint });
    const output = el("output", { for: id });
    const written = numberWords(spec, spec.lang);
    const bound = numberWords({}, spec.lang);
    const show = (value) => {
      const words = value === null ? spec.words.untouched : written(value);
      output.textContent = words;
      output.classList.toggle("caire-untouched", value === null);
      input.setAttribute("aria-valuetext", words);
    };
    const refresh = () => { input.value = get() ?? (spec.low + spec.high) / 2; show(get() ?? null); };
    input.addEventListener("input", () => show(input.valueAsNumber));
    for (const event of ["change", "pointerup"]) input.addEventListener(event, () => {
      show(input.valueAsNumber);
      set(input.valueAsNumber);
    });
    refresh();
    box.append(
      el("div", { class: "caire-line" }, el("label", { for: id, text: spec.words.answer }), input, output),
      el("div", { class: "caire-bounds", "aria-hidden": "true" },
        el("span", { text: bound(spec.low) }), el("span", { text: bound(spec.high) })),
    );
    return refresh;
  },

  text(box, spec, get, set, hint) {
    const id = uid();
    const input = el("textarea", { id, rows: spec.rows, lang: spec.lang, spellcheck: "true" });
    const count = el("p", { id: uid(), class: "caire-hint caire-count" });
    input.setAttribute("aria-describedby", `${hint} ${count.id}`);
    const tally = () => { count.textContent = spec.words.count.replace("{n}", countWords(input.value)); };
    const refresh = () => { if (document.activeElement !== input) input.value = get() ?? ""; tally(); };
    let timer;
    const store = () => { clearTimeout(timer); set(input.value.trim() ? input.value : null); };
    input.addEventListener("input", () => { tally(); clearTimeout(timer); timer = setTimeout(store, 500); });
    input.addEventListener("change", store);
    input.addEventListener("blur", store);
    refresh();
    box.append(el("label", { for: id, class: "caire-above", text: spec.words.answer }), input, count);
    return refresh;
  },

  annotate(box, spec, get, set, hint) {
    const refresh = () => box.querySelectorAll("input").forEach((i) => {
      i.checked = (get() || {})[i.closest("[data-item]").dataset.item] === i.value;
    });
    const progress = el("p", { class: "caire-hint", "aria-live": "polite" });
    const tally = () => {
      progress.textContent = spec.words.progress.replace("{n}", Object.keys(get() || {}).length).replace("{of}", spec.items.length);
    };
    spec.items.forEach(([item, text], index) => {
      const title = uid();
      const group = el("div", { class: "caire-item", role: "radiogroup", "aria-labelledby": title, "data-item": item });
      group.append(
        el("p", { class: "caire-item-text", id: title }, el("span", { class: "caire-item-number", text: `${index + 1}` }),
          el("span", { text })),
        options({ options: spec.labels, inline: true }, "radio", (key) => (get() || {})[item] === key, uid(), (key) => {
          set({ ...(get() || {}), [item]: key });
          tally();
        }, hint),
      );
      box.append(group);
    });
    box.append(progress);
    tally();
    return () => { refresh(); tally(); };
  },
};

export default {
  render({ model, el: root }) {
    const spec = model.get("spec");
    const hint = uid();
    const status = el("p", { class: "caire-status", role: "status" });
    const box = el("fieldset", { class: "caire-question", lang: spec.lang, "data-question": spec.id });
    box.append(el("legend", { text: spec.title }), el("p", { id: hint, class: "caire-hint", text: spec.hint }));
    let waiting;
    const get = () => model.get("value");
    const set = (value) => {
      if (JSON.stringify(value) === JSON.stringify(get())) return;
      model.set("value", value);
      model.save_changes();
      clearTimeout(waiting);
      waiting = setTimeout(() => tell("waiting", spec.words.waiting), 4000);
    };
    const tell = (kind, words) => {
      status.dataset.kind = kind;
      status.textContent = unbroken(words);
    };
    const refresh = kinds[spec.kind](box, spec, get, set, hint, () => tell("", ""));
    const acknowledged = () => {
      clearTimeout(waiting);
      const saved = model.get("saved");
      tell(saved.kind, saved.words);
    };
    if (model.get("saved").words) acknowledged();
    model.on("change:saved", acknowledged);
    model.on("change:value", refresh);
    box.append(status);
    const unmount = mount(root, box, () => {
      box.disabled = true;
      tell("asleep", spec.words.asleep);
    });
    return () => {
      clearTimeout(waiting);
      unmount();
      model.off("change:saved", acknowledged);
      model.off("change:value", refresh);
    };
  },
};
