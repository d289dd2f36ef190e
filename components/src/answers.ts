/** The answers of a form, as rules over them want them. */
import type { Answer } from "./conditions.ts";
import { readNumber } from "./typed.ts";

/** The answer of an item: number, text, yes or no, list; null where nothing was answered, or nothing that can be read. */
export function answerOf(form: HTMLFormElement, item: string): Answer {
  const controls = [...form.querySelectorAll(`[name="i-${CSS.escape(item)}"]`)];
  if (controls[0] instanceof HTMLSelectElement) return controls[0].value || null;
  const inputs = controls.filter((one) => one instanceof HTMLInputElement);
  const first = inputs[0];
  if (!first) return null;
  if (inputs.length === 1 && first.type === "text") return typedIn(first);
  const chosen = inputs.filter((one) => one.checked).map((one) => one.value);
  if (!chosen.length) return null;
  if (inputs.some((one) => one.type === "checkbox")) return chosen.filter((one) => one !== "-" && one !== "+");
  const yesNo = inputs.length === 2 && first.value === "ya" && inputs[1]?.value === "tidak";
  return yesNo ? chosen[0] === "ya" : (chosen[0] ?? null);
}

function typedIn(input: HTMLInputElement): Answer {
  const text = input.value.trim();
  if (text === "" || !input.matches(".number")) return text || null;
  const value = readNumber(text, input.inputMode === "numeric");
  return typeof value === "number" ? value : null;
}

/** Whether nothing was answered in a field. */
export const isEmpty = (field: Element): boolean =>
  [...field.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")].every((one) =>
    one instanceof HTMLSelectElement || one.type === "text" ? one.value.trim() === "" : !one.checked,
  );
