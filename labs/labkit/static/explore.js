// A form of native controls for labkit.explore: `controls` describes them, `values` holds what they say.

let counter = 0;
const uid = () => `caire-x-${Date.now().toString(36)}-${++counter}`;

function labelled(id, title, ...parts) {
  const line = document.createElement("div");
  line.className = "caire-line";
  const label = document.createElement("label");
  label.htmlFor = id;
  label.textContent = title;
  line.append(label, ...parts);
  return line;
}

const kinds = {
  slider(spec, value, set, lang) {
    const input = Object.assign(document.createElement("input"), { type: "range", id: uid() });
    Object.assign(input, { min: spec.low, max: spec.high, step: spec.step });
    input.value = value;
    const output = document.createElement("output");
    output.htmlFor = input.id;
    const format = new Intl.NumberFormat(lang, { maximumFractionDigits: 6 });
    const show = () => {
      output.textContent = format.format(input.valueAsNumber) + (spec.unit ? `\u00a0${spec.unit}` : "");
      input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", show);
    input.addEventListener("change", () => set(input.valueAsNumber));
    show();
    return labelled(input.id, spec.title, input, output);
  },
  dropdown(spec, value, set) {
    const input = Object.assign(document.createElement("select"), { id: uid() });
    for (const [key, words] of spec.options) input.add(new Option(words, key, key === value, key === value));
    input.addEventListener("change", () => set(input.value));
    return labelled(input.id, spec.title, input);
  },
  toggle(spec, value, set) {
    const input = Object.assign(document.createElement("input"), { type: "checkbox", id: uid(), checked: value });
    input.addEventListener("change", () => set(input.checked));
    const line = labelled(input.id, spec.title);
    line.prepend(input);
    return line;
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
    const lang = model.get("lang");
    const form = document.createElement("div");
    form.className = "caire-question caire-explore";
    form.lang = lang;
    form.setAttribute("role", "group");
    form.setAttribute("aria-label", lang === "en" ? "Controls" : "Réglages");
    for (const [name, spec] of Object.entries(model.get("controls"))) {
      const set = (value) => {
        model.set("values", { ...model.get("values"), [name]: value });
        model.save_changes();
      };
      form.append(kinds[spec.kind](spec, model.get("values")[name], set, lang));
    }
    root.classList.add("caire");
    ownKeys(root);
    root.append(form);
  },
};
