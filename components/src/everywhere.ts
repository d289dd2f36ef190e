/** Help on every page with questions: Enter moves on, an answer can be taken back. Without it the pages work all the same. */

const STOPS = "input:not([type=hidden]), select, textarea, summary, button:not([data-clear])";

export function helpEverywhere(): void {
  document.addEventListener("keydown", moveOn);
  document.addEventListener("click", takeBack);
  document.addEventListener("change", offerAll);
  window.addEventListener("pageshow", offerAll); // also after going back, where the browser fills in what was answered
  offerAll();
}

/** Enter moves on inside a form; only the button saves. */
function moveOn(event: KeyboardEvent): void {
  const input = event.target;
  if (
    event.key !== "Enter" ||
    event.ctrlKey ||
    event.metaKey ||
    !(input instanceof HTMLInputElement) ||
    !input.form?.matches("[data-enter-moves]")
  )
    return;
  event.preventDefault();
  const stops = [...input.form.querySelectorAll<HTMLElement>(STOPS)].filter((one) => one.offsetParent !== null);
  stops[stops.indexOf(input) + 1]?.focus();
}

/** A radio button cannot be let go of again, and "not asked" is not "no": an answer can be taken back whole. */
function takeBack(event: Event): void {
  const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[data-clear]") : null;
  if (!button) return;
  const answers = answersAt(button);
  for (const one of answers) one.checked = false;
  answers[0]?.focus(); // the button goes, the keyboard stays at the question
  answers[0]?.dispatchEvent(new Event("change", { bubbles: true }));
}

/** The buttons that take an answer back are there where there is one. */
export function offerAll(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-clear]")) {
    button.hidden = !answersAt(button).some((one) => one.checked);
  }
}

const answersAt = (button: Element): HTMLInputElement[] => [
  ...(button.closest("fieldset")?.querySelectorAll<HTMLInputElement>("input[type=radio], input[type=checkbox]") ?? []),
];
