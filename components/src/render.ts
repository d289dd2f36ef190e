/**
 * A form as markup, from its description. The very markup of the server's templates (`design/parts/field.html`, `opening_list.html`,
 * `desk/_groups.html`): `conformance/form.json` holds both to it, so that the desk works without scripts and the field app without a server.
 */
import type { Ask, Field, Group, Part } from "./description.ts";
import type { Words } from "./words.ts";

const SPECIAL: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

/** Text as it stands in markup. */
export const text = (plain: string): string => plain.replace(/[&<>"']/g, (one) => SPECIAL[one] ?? one);
const given = (there: boolean, markup: string): string => (there ? markup : "");
const each = <T>(all: readonly T[], draw: (one: T, index: number) => string): string => all.map(draw).join("");

const WITH_BOXES = ["yes-no", "choice", "choices"];

/** The parts of a form in the order of the hands. */
export function renderGroups(groups: readonly Group[], words: Words): string {
  return `<div class="groups">${each(groups, (group) => renderGroup(group, words))}</div>`;
}

function renderGroup(group: Group, words: Words): string {
  const folds = each(group.folds, (part) => renderFold(part, words));
  const parts = group.parts.length
    ? each(group.parts, (part, index) => {
        const title = given(part.title !== "", `<h2 class="part-title">${text(part.title)}</h2>`);
        const last = index === group.parts.length - 1;
        return `${title}<div class="fields">${each(part.fields, (one) => renderField(one, words))}${given(last, folds)}</div>`;
      })
    : `<div class="fields">${folds}</div>`;
  return `<fieldset class="hands hands--${group.hands}"><legend>${text(group.title)}</legend><div>${parts}</div></fieldset>`;
}

function renderFold(part: Part, words: Words): string {
  const count = `(<span data-count>${part.fields.length}</span>)`;
  const fields = each(part.fields, (one) => renderField(one, words));
  return `<details class="part"${given(part.joins, " data-joins")}><summary>${text(part.title)} ${count}</summary><div class="fields">${fields}</div></details>`;
}

/** One question. */
export function renderField(f: Field, words: Words): string {
  if (f.opening) return renderOpening(f, f.opening, words);
  return WITH_BOXES.includes(f.kind) ? renderBoxes(f, words) : renderInput(f, words);
}

function renderBoxes(f: Field, words: Words): string {
  const type = f.kind === "choices" ? "checkbox" : "radio";
  const stacked = breadth(f) === "wide" && f.choices.length > 4;
  const boxes = each(
    f.choices,
    (one) =>
      `<label class="choice"><input type="${type}" name="${f.name}" value="${text(one.value)}"${given(one.chosen, " checked")}> ${text(one.label)}</label>`,
  );
  return `<fieldset${opening(f, "")}><legend class="field__label">${text(f.label)}${must(f, words)}</legend>${hint(f)}${errors(f)}<div class="choices${given(stacked, " choices--stacked")}">${boxes}${given(f.kind !== "choices", clear(f, words))}${last(f)}</div></fieldset>`;
}

function renderOpening(f: Field, [none, some]: NonNullable<Field["opening"]>, words: Words): string {
  const radio = (one: typeof none, name: string): string =>
    `<label class="choice"><input type="radio" class="opens__${name}" name="${f.name}" value="${text(one.value)}"${given(one.chosen, " checked")}> ${text(one.label)}</label>`;
  const boxes = each(
    f.choices,
    (one) =>
      `<label class="choice"><input type="checkbox" name="${f.name}" value="${text(one.value)}"${given(one.chosen, " checked")}> ${text(one.label)}</label>`,
  );
  return `<fieldset${opening(f, " opens")}><legend class="field__label">${text(f.label)}${must(f, words)}</legend>${hint(f)}<span class="opens__names" id="${id(f)}-names">${text(names(f))}</span>${errors(f)}<div class="choices">${radio(none, "none")}${radio(some, "some")}${last(f)}</div><p class="opens__clash" role="status">${text(words.clash ?? "")}</p><div class="choices choices--stacked opens__list" role="group" aria-label="${text(words.mark ?? "")}">${boxes}</div>${clear(f, words)}</fieldset>`;
}

function renderInput(f: Field, words: Words): string {
  const wrong = given(f.errors.length > 0, ' aria-invalid="true"');
  const kinds: Partial<Record<Field["kind"], string>> = {
    number: ' type="text" class="number" inputmode="decimal"',
    integer: ' type="text" class="number" inputmode="numeric"',
    date: ' type="text" class="date"',
    time: ' type="text" class="date"',
    password: ' type="password"',
  };
  const control =
    f.kind === "long-text"
      ? `<textarea id="${id(f)}" name="${f.name}" rows="3"${describedBy(f)}${wrong}>${text(f.value)}</textarea>`
      : f.kind === "select"
        ? `<select id="${id(f)}" name="${f.name}"${describedBy(f)}${wrong}><option value="">${text(words.pick ?? "")}</option>${options(f)}</select>`
        : `<input id="${id(f)}" name="${f.name}" value="${text(f.value)}" autocomplete="${f.autocomplete}"${kinds[f.kind] ?? ' type="text"'}${describedBy(f)}${wrong}>`;
  const unit = given(f.unit !== "", `<span class="field__unit" id="${id(f)}-unit">${text(f.unit)}</span>`);
  return `<div${hangs(f)} class="field field--${breadth(f)}${given(f.errors.length > 0, " field--error")}"><label class="field__label" for="${id(f)}">${text(f.label)}${must(f, words)}</label>${hint(f)}${errors(f)}<div class="field__row">${control}${unit}${last(f)}</div>${f.ask ? renderAsk(f.ask, id(f)) : ""}</div>`;
}

/** The question about a doubtful number, below the field whose element is `of`. */
export function renderAsk(ask: Ask, of: string): string {
  return `<div class="field__ask"><p id="${of}-ask">${text(ask.text)}</p><label class="choice"><input type="checkbox" name="yakin" value="${text(ask.token)}"${given(ask.chosen, " checked")}> ${text(ask.confirm)}</label></div>`;
}

const options = (f: Field): string =>
  each(
    f.choices,
    (one) => `<option value="${text(one.value)}"${given(one.chosen, " selected")}>${text(one.label)}</option>`,
  );
const id = (f: Field): string => `isian-${f.name}`;
const names = (f: Field): string => f.choices.map((one) => one.label).join("; ");
const hint = (f: Field): string =>
  given(f.hint !== "", `<span class="field__hint" id="${id(f)}-hint">${text(f.hint)}</span>`);
const last = (f: Field): string =>
  given(f.last !== "", `<span class="field__last" id="${id(f)}-last">${text(f.last)}</span>`);
const errors = (f: Field): string =>
  each(f.errors, (error, at) => `<p class="field__error"${given(at === 0, ` id="${id(f)}-error"`)}>${text(error)}</p>`);
const hangs = (f: Field): string =>
  given(f.order > 0, ` data-order="${f.order}"`) +
  given(f.when !== null, ` data-when="${text(JSON.stringify(f.when))}"`);
const opening = (f: Field, more: string): string =>
  `${hangs(f)} class="field field--${breadth(f)}${more}${given(f.errors.length > 0, " field--error")}" id="${id(f)}" tabindex="-1"${describedBy(f)}`;
const must = (f: Field, words: Words): string =>
  given(
    f.required,
    `&nbsp;<span class="must"><span class="must__word">(${text(words.must ?? "")})</span><span class="must__star" aria-hidden="true">*</span></span>`,
  );
const clear = (f: Field, words: Words): string =>
  `<button type="button" class="button button--link clear" data-clear hidden>${text(words.clear ?? "")}<span class="visually-hidden">: ${text(f.label)}</span></button>`;

function describedBy(f: Field): string {
  const there: [string, boolean][] = [
    ["error", f.errors.length > 0],
    ["hint", f.hint !== ""],
    ["names", f.opening !== null],
    ["unit", f.unit !== ""],
    ["last", f.last !== ""],
    ["ask", f.ask !== null],
  ];
  const ids = there.filter(([, is]) => is).map(([part]) => `${id(f)}-${part}`);
  return given(ids.length > 0, ` aria-describedby="${ids.join(" ")}"`);
}

/** How much room a field wants among others: a measure by the length of its words. */
function breadth(f: Field): string {
  if (f.opening) {
    const length = names(f).length;
    return length <= 60 ? "double" : length <= 90 ? "triple" : length <= 250 ? "broad" : "wide";
  }
  if (!WITH_BOXES.includes(f.kind)) return f.label.length > 44 || f.kind === "date" ? "double" : "single";
  const length = f.choices.reduce((sum, one) => sum + one.label.length + 8, 0);
  if (length <= 23) return f.label.length > 36 ? "double" : "single";
  return length <= 58 ? "double" : length <= 84 ? "triple" : "wide";
}
