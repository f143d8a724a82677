// Usual points by one key or click; Ctrl + Enter saves.
"use strict";
(() => {
  const form = document.getElementById("grade");
  const points = document.getElementById("points");
  form.querySelector(".steps").hidden = false;
  form.addEventListener("click", (event) => {
    const step = event.target.closest("[data-points]");
    if (step) { points.value = step.dataset.points; document.getElementById("comment").focus(); }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  });
})();
