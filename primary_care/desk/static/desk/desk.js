/* Small help on top of pages that work without it: focus what went wrong, look at a number when its field is left, take an answer back. */
(function () {
  "use strict";

  const first = document.querySelector("[data-focus]");
  if (first) first.focus();

  const read = (text) => {
    const plain = text.trim().replace(/\s/g, "").replace("−", "-");
    return /^-?\d{1,9}([.,]\d{1,6})?$/.test(plain) ? Number(plain.replace(",", ".")) : NaN;
  };

  const say = (input, kind, words) => {
    const field = input.closest(".field");
    let note = field.querySelector(".field__note");
    if (!words) { if (note) note.remove(); return; }
    if (!note) {
      note = document.createElement("p");
      note.className = "field__note";
      note.setAttribute("role", "status");
      field.append(note);
    }
    note.dataset.kind = kind;
    note.textContent = words;
  };

  const check = (input) => {
    const words = document.getElementById("kata-periksa");
    if (!words) return;
    const { low, high, usualLow, usualHigh } = input.dataset;
    const value = read(input.value);
    const fill = (text, a, b) => text.replace("{a}", a.replace(".", ",")).replace("{b}", b.replace(".", ","));
    if (input.value.trim() === "") say(input, "", "");
    else if (Number.isNaN(value)) say(input, "wrong", words.dataset.notNumber);
    else if (low && (value < Number(low) || value > Number(high))) say(input, "wrong", fill(words.dataset.range, low, high));
    else if (usualLow && (value < Number(usualLow) || value > Number(usualHigh))) say(input, "ask", words.dataset.unusual);
    else say(input, "", "");
  };

  /* A note moves what stands below it. While something is being pressed it waits, or the press would miss its button. */
  let pressing = false;
  document.addEventListener("pointerdown", () => { pressing = true; });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { pressing = false; });

  document.addEventListener("focusout", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.matches("input.number")) return;
    if (pressing) document.addEventListener("pointerup", () => setTimeout(() => check(input)), { once: true });
    else check(input);
  });

  /* Enter moves on inside a visit form; only the button saves. */
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (event.key !== "Enter" || !(input instanceof HTMLInputElement) || !input.closest("form[data-enter-moves]")) return;
    event.preventDefault();
    const stops = [...input.form.querySelectorAll("input:not([type=hidden]), select, textarea, summary, button:not([data-clear])")].filter((e) => e.offsetParent);
    const next = stops[stops.indexOf(input) + 1];
    if (next) next.focus();
  });

  /* A radio button cannot be let go of again, and "not asked" is not "no": an answer can be taken back whole. Without this file nothing is shown. */
  const takers = [...document.querySelectorAll("button[data-clear]")].map((button) => ({
    button,
    answers: [...button.closest("fieldset").querySelectorAll("input[type=radio], input[type=checkbox]")],
  }));
  const offer = () => { for (const { button, answers } of takers) button.hidden = !answers.some((one) => one.checked); };
  for (const { button, answers } of takers) {
    button.addEventListener("click", () => {
      for (const one of answers) one.checked = false;
      answers[0].focus(); // the button goes, the keyboard stays at the question
      answers[0].dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  document.addEventListener("change", offer);
  window.addEventListener("pageshow", offer); // also after going back, where the browser fills in what was answered
  offer();

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
