/** Numbers are looked at when their field is left: what cannot be so is said there, what is unlikely is asked there once, before saving. */
import { day } from "./days.ts";
import type { Ask, Description, NumberItem } from "./description.ts";
import { type Doubt, doubtAbout } from "./plausibility.ts";
import { renderAsk } from "./render.ts";
import { readDay, readNumber, writeDay, writeNumber } from "./typed.ts";
import { fill } from "./words.ts";

type Question = Omit<Ask, "chosen">;

export class Asking {
  readonly #form: HTMLFormElement;
  readonly #description: Description;

  constructor(form: HTMLFormElement, description: Description) {
    this.#form = form;
    this.#description = description;
  }

  /** Looks at one field. */
  check(input: HTMLInputElement): void {
    const item = this.#description.items[input.name.slice(2)];
    if (!item || !input.name.startsWith("i-")) return;
    const heard = this.#heard(input, item);
    this.#note(input, typeof heard === "string" ? heard : "");
    this.#ask(input, typeof heard === "string" ? null : heard);
  }

  /** What is wrong with what stands in a field, or the question it raises; nothing where all is well. */
  #heard(input: HTMLInputElement, item: NumberItem): string | Question {
    const { words, language } = this.#description;
    if (input.value.trim() === "") return "";
    const value = readNumber(input.value, item.whole);
    if (typeof value === "string")
      return fill(words[value] ?? "", { text: input.value.trim(), example: item.whole ? "12" : "12,4" });
    const doubt = doubtAbout(item.limits, value, this.#moment(item));
    if (!doubt) return "";
    const said = saidOf(item, value, doubt, language);
    const text = fill(words[doubt.kind] ?? "", said);
    if (doubt.kind === "impossible") return text;
    return { text, confirm: fill(words.confirm ?? "", said), token: `${input.name.slice(2)}=${plain(value)}` };
  }

  /** Looks at all fields; gives the boxes of the questions that nobody has answered. */
  open(): HTMLInputElement[] {
    for (const input of this.#form.querySelectorAll<HTMLInputElement>("input.number")) this.check(input);
    return [...this.#form.querySelectorAll<HTMLInputElement>(".field__ask input")].filter((one) => !one.checked);
  }

  #moment(item: NumberItem): { on: number; birth: number | null; last: { on: number; value: number } | null } {
    const { birth, on, language } = this.#description;
    const typed = this.#form.querySelector<HTMLInputElement>("[name=tanggal]")?.value ?? "";
    const before = item.last && day(item.last.on);
    return {
      on: readDay(typed, language) ?? day(on) ?? 0,
      birth: birth === null ? null : day(birth),
      last: item.last && before !== null ? { on: before, value: item.last.value } : null,
    };
  }

  #note(input: HTMLInputElement, text: string): void {
    const field = input.closest(".field");
    const there = field?.querySelector(".field__note");
    if ((there?.textContent ?? "") === text) return;
    there?.remove();
    if (text === "") return;
    const note = document.createElement("p");
    note.className = "field__note";
    note.dataset.kind = "wrong";
    note.setAttribute("role", "status");
    field?.append(note);
    note.textContent = text;
  }

  /** A question that stands there already, answered or not, stays as it is. */
  #ask(input: HTMLInputElement, question: Question | null): void {
    const field = input.closest(".field");
    const there = field?.querySelector(".field__ask");
    if (there?.querySelector("input")?.value === question?.token) return;
    there?.remove();
    describe(input, `${input.id}-ask`, question !== null);
    if (!question) return;
    const earlier = [...this.#form.querySelectorAll<HTMLInputElement>("input[type=hidden][name=yakin]")];
    const answered = earlier.find((one) => one.value === question.token);
    answered?.remove(); // answered at an earlier sending: its box takes its place
    field?.insertAdjacentHTML("beforeend", renderAsk({ ...question, chosen: answered !== undefined }, input.id));
    field?.querySelector(".field__ask p")?.setAttribute("role", "status");
  }
}

function saidOf(
  item: NumberItem,
  value: number,
  doubt: Doubt,
  language: Description["language"],
): Record<string, string> {
  const figure = (one: number | undefined): string => (one === undefined ? "" : writeNumber(one, language));
  const before = item.last && day(item.last.on);
  return {
    item: item.label,
    value: figure(value),
    unit: item.unit === "" ? "" : ` ${item.unit}`,
    low: figure(doubt.low),
    high: figure(doubt.high),
    change: figure(doubt.change),
    last: figure(item.last?.value),
    day: before === null ? "" : writeDay(before, language),
  };
}

/** A number as the server writes it in the mark of a question: `5.2`. */
const plain = (value: number): string => value.toFixed(6).replace(/\.?0+$/, "");

function describe(input: HTMLInputElement, by: string, is: boolean): void {
  const ids = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one !== "" && one !== by);
  if (is) ids.push(by);
  if (ids.length) input.setAttribute("aria-describedby", ids.join(" "));
  else input.removeAttribute("aria-describedby");
}
