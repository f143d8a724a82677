// What all widgets of labkit share. `labkit.page` puts it before each widget's module, which is sent as one text.

// Each widget has its own copy of this module: only chance keeps their identifiers apart.
const uid = () => `caire-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;

// French puts a space before ? ! : ; » and after «: no line may break there.
const unbroken = (text) => String(text).replace(/ (?=[?!:;»])/g, "\u00a0").replace(/« /g, "«\u00a0");

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = unbroken(value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

// A number as the reader writes it, and what it measures.
function numberWords(spec, lang) {
  const format = new Intl.NumberFormat(lang, { maximumFractionDigits: 6 });
  const gap = spec.unit && !(spec.unit === "%" && lang === "en") ? "\u00a0" : "";
  return (value) => format.format(value) + gap + (spec.unit || "");
}

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

// Shows `node` as the widget. `asleep` is called when it was restored from the saved notebook, with no kernel behind it:
// what is answered then would be lost. Returns what ends the waiting.
function mount(root, node, asleep) {
  root.classList.add("caire");
  ownKeys(root);
  root.append(node);
  const waiting = setTimeout(() => { if (root.closest(".jupyter-widgets-disconnected")) asleep(); }, 300);
  return () => clearTimeout(waiting);
}
