// The question widgets of labkit: native controls, each with its label, usable by keyboard and screen reader.
// The model holds `spec` (what is asked, in one language), `value` (the answer) and `saved` (the kernel's acknowledgement).

let counter = 0;
const uid = () => `caire-${Date.now().toString(36)}-${++counter}`;

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

function countWords(text) {
  return (text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) || []).length;
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

  number(box, spec, get, set, hint) {
    const id = uid();
    const problem = el("p", { id: uid(), class: "caire-problem", role: "alert" });
    const input = el("input", {
      type: "number", id, min: spec.low, max: spec.high, step: spec.step ?? "any", inputmode: "decimal",
      "aria-describedby": `${hint} ${problem.id}`,
    });
    const refresh = () => { if (document.activeElement !== input) input.value = get() ?? ""; };
    input.addEventListener("change", () => {
      const outside = input.validity.rangeUnderflow || input.validity.rangeOverflow || input.validity.badInput;
      input.setAttribute("aria-invalid", String(outside));
      problem.textContent = outside ? spec.words.range : "";
      if (!outside) set(input.value === "" ? null : input.valueAsNumber);
    });
    refresh();
    box.append(
      el("div", { class: "caire-line" }, el("label", { for: id, text: spec.words.answer }), input,
        spec.unit && el("span", { class: "caire-unit", text: spec.unit })),
      problem,
    );
    return refresh;
  },

  slider(box, spec, get, set, hint) {
    const id = uid();
    const input = el("input", { type: "range", id, min: spec.low, max: spec.high, step: spec.step, "aria-describedby": hint });
    const output = el("output", { for: id });
    const format = new Intl.NumberFormat(spec.lang, { maximumFractionDigits: 6 });
    const show = (value) => {
      const words = value === null ? spec.words.untouched : format.format(value) + (spec.unit ? `\u00a0${spec.unit}` : "");
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
        el("span", { text: format.format(spec.low) }), el("span", { text: format.format(spec.high) })),
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

// JupyterLab's shortcuts would take the arrows of a slider and the Enter of a button: only saving remains.
// The mark has to stand on the very element that has the focus.
function ownKeys(root) {
  root.addEventListener("focusin", (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
  root.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && window.jupyterapp) {
      event.preventDefault();
      window.jupyterapp.commands.execute("docmanager:save");
    }
  });
}

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
      status.textContent = words;
    };
    const refresh = kinds[spec.kind](box, spec, get, set, hint);
    const acknowledged = () => {
      clearTimeout(waiting);
      const saved = model.get("saved");
      tell(saved.kind, saved.words);
    };
    if (model.get("saved").words) acknowledged();
    model.on("change:saved", acknowledged);
    model.on("change:value", refresh);
    box.append(status);
    // Restored from the saved notebook, with no kernel behind it: what is answered now would be lost.
    const asleep = setTimeout(() => {
      if (!root.closest(".jupyter-widgets-disconnected")) return;
      box.disabled = true;
      tell("asleep", spec.words.asleep);
    }, 300);
    root.classList.add("caire");
    ownKeys(root);
    root.append(box);
    return () => {
      clearTimeout(waiting);
      clearTimeout(asleep);
      model.off("change:saved", acknowledged);
      model.off("change:value", refresh);
    };
  },
};
