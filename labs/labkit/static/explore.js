// A form of native controls for labkit.explore: `controls` describes them, `values` holds what they say.

function labelled(id, title, ...parts) {
  return el("div", { class: "caire-line" }, el("label", { for: id, text: title }), ...parts);
}

const kinds = {
  slider(spec, value, set, lang) {
    const input = el("input", { type: "range", id: uid(), min: spec.low, max: spec.high, step: spec.step });
    input.value = value;
    const output = el("output", { for: input.id });
    const words = numberWords(spec, lang);
    const show = () => {
      output.textContent = words(input.valueAsNumber);
      input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", show);
    input.addEventListener("change", () => set(input.valueAsNumber));
    show();
    return labelled(input.id, spec.title, input, output);
  },
  dropdown(spec, value, set) {
    const input = el("select", { id: uid() });
    for (const [key, words] of spec.options) input.add(new Option(unbroken(words), key, key === value, key === value));
    input.addEventListener("change", () => set(input.value));
    return labelled(input.id, spec.title, input);
  },
  toggle(spec, value, set) {
    const input = el("input", { type: "checkbox", id: uid() });
    input.checked = value;
    input.addEventListener("change", () => set(input.checked));
    const line = labelled(input.id, spec.title);
    line.prepend(input);
    return line;
  },
};

export default {
  render({ model, el: root }) {
    const lang = model.get("lang");
    const words = model.get("words");
    const form = el("fieldset", { class: "caire-question", lang, "aria-label": words.controls });
    for (const [name, spec] of Object.entries(model.get("controls"))) {
      const set = (value) => {
        model.set("values", { ...model.get("values"), [name]: value });
        model.save_changes();
      };
      form.append(kinds[spec.kind](spec, model.get("values")[name], set, lang));
    }
    return mount(root, form, () => {
      form.disabled = true;
      form.append(el("p", { class: "caire-status", role: "status", text: words.asleep }));
    });
  },
};
