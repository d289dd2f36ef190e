/* Small help on top of pages that work without it: focus what went wrong, send once. Help inside forms: `components/`. */
(function () {
  "use strict";

  const first = document.querySelector("[data-focus]");
  if (first) first.focus();

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  /* A button pressed twice sends once; the server would store it once anyway. */
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !event.target.matches("form[data-once]")) return;
    if (button.dataset.sent) { event.preventDefault(); return; }
    button.dataset.sent = "1";
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.busy || button.textContent;
  });

  /* Gone back to a page that the browser kept as it was: its button can be pressed again. */
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const button of document.querySelectorAll("[data-sent]")) {
      button.textContent = button.dataset.label;
      delete button.dataset.sent;
    }
  });
})();
