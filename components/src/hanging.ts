/**
 * Fields that hang on other answers (`sistolik >= 140`): called for, they come up from their fold; no longer called for and empty, they go back.
 * Without scripts they stay in the fold, and the server asks for those that must be answered.
 */
import { answerOf, isEmpty } from "./answers.ts";
import { evaluate, type Rule } from "./conditions.ts";

interface Hanging {
  field: HTMLElement;
  rule: Rule;
  fold: HTMLDetailsElement;
  after: Element | null;
  up: boolean;
}

export class HangingFields {
  readonly #form: HTMLFormElement;
  readonly #all: Hanging[] = [];

  constructor(form: HTMLFormElement) {
    this.#form = form;
    for (const field of form.querySelectorAll<HTMLElement>("[data-when]")) {
      const fold = field.closest<HTMLDetailsElement>("details.part");
      if (!fold) continue; // it stands open already
      this.#all.push({
        field,
        fold,
        rule: JSON.parse(field.dataset.when ?? "null"),
        after: field.previousElementSibling,
        up: false,
      });
    }
  }

  /** Moves what has become called for, or no longer is. Gives the names of the fields that came up. */
  look(): string[] {
    const opened: string[] = [];
    for (const one of this.#all) {
      const wanted = evaluate(one.rule, (item) => answerOf(this.#form, item)) === true;
      if (wanted && !one.up) {
        lift(one);
        opened.push(one.field.querySelector(".field__label")?.textContent?.trim() ?? "");
      } else if (!wanted && one.up && isEmpty(one.field)) lower(one);
      else continue;
      one.up = wanted;
      recount(one.fold);
    }
    return opened;
  }
}

/** Among those that stand open it belongs after the last that comes before it, or just before the fold of its own heading. */
function lift({ field, fold }: Hanging): void {
  const order = Number(field.dataset.order);
  const open = [...(field.closest(".hands")?.querySelectorAll<HTMLElement>(".fields > [data-order]") ?? [])];
  const before = open.filter((one) => !one.closest("details.part") && Number(one.dataset.order) < order).pop();
  if (before && fold.hasAttribute("data-joins")) before.after(field);
  else fold.before(field);
}

function lower({ field, fold, after }: Hanging): void {
  const home = fold.querySelector(".fields");
  if (after && after.parentElement === home) after.after(field);
  else home?.prepend(field);
}

function recount(fold: HTMLDetailsElement): void {
  const left = fold.querySelectorAll(".fields > *").length;
  fold.hidden = left === 0;
  const count = fold.querySelector("[data-count]");
  if (count) count.textContent = String(left);
}
