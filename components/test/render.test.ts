import assert from "node:assert/strict";
import { test } from "node:test";
import type { Field, Group } from "../src/description.ts";
import { renderField, renderGroups, text } from "../src/render.ts";
import { shared } from "./shared.ts";

type Written = Partial<Field> & Pick<Field, "name" | "label">;
type WrittenPart = Omit<Group["parts"][number], "fields"> & { fields: Written[] };
type WrittenGroup = Omit<Group, "parts" | "folds"> & { parts: WrittenPart[]; folds: WrittenPart[] };

const form = shared("form.json") as {
  words: Record<string, string>;
  fields: { name: string; field: Written; html: string }[];
  groups: { name: string; groups: WrittenGroup[]; html: string }[];
};

/** What is left out of a case is as usual. */
const whole = (field: Written): Field => ({
  kind: "text",
  value: "",
  hint: "",
  unit: "",
  last: "",
  choices: [],
  errors: [],
  required: false,
  autocomplete: "off",
  opening: null,
  when: null,
  order: 0,
  ask: null,
  ...field,
});
const part = (one: WrittenPart): Group["parts"][number] => ({ ...one, fields: one.fields.map(whole) });

/** Without the blanks that no browser shows: between tags, and more than one. */
const plain = (markup: string): string =>
  markup
    .replaceAll("&quot;", '"')
    .replace(/\s+/g, " ")
    .replace(/ ?(<[^>]*>) ?/g, "$1")
    .trim();

assert(form.fields.length >= 15);
for (const one of form.fields) {
  test(`field: ${one.name}`, () => {
    assert.equal(plain(renderField(whole(one.field), form.words)), plain(one.html));
  });
}
for (const one of form.groups) {
  test(`groups: ${one.name}`, () => {
    const groups = one.groups.map((group) => ({
      ...group,
      parts: group.parts.map(part),
      folds: group.folds.map(part),
    }));
    assert.equal(plain(renderGroups(groups, form.words)), plain(one.html));
  });
}

test("text never becomes markup", () => {
  assert.equal(text(`<b>"Ibu" & 'Anak'</b>`), "&lt;b&gt;&quot;Ibu&quot; &amp; &#x27;Anak&#x27;&lt;/b&gt;");
});
