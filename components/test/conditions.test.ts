import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, evaluate, type Rule } from "../src/conditions.ts";

const answers: Record<string, Answer> = { sistolik: 140, demam: true, tanda: ["kejang"], kala: "dua", kosong: [] };
const says = (rule: Rule): Answer => evaluate(rule, (item) => answers[item] ?? null);
const field = (item: string): Rule => ["field", item];

const RULES: [string, Rule, Answer][] = [
  ["a field that was answered", [">=", field("sistolik"), 140], true],
  ["just below", [">", field("sistolik"), 140], false],
  ["a field that was not", [">=", field("diastolik"), 90], null],
  ["no and unknown is no", ["and", ["<", field("sistolik"), 100], [">=", field("diastolik"), 90]], false],
  ["yes and unknown is unknown", ["and", [">=", field("sistolik"), 100], [">=", field("diastolik"), 90]], null],
  ["yes or unknown is yes", ["or", [">=", field("sistolik"), 100], [">=", field("diastolik"), 90]], true],
  ["no or unknown is unknown", ["or", ["<", field("sistolik"), 100], [">=", field("diastolik"), 90]], null],
  ["not", ["not", field("demam")], false],
  ["not unknown", ["not", field("batuk")], null],
  ["is known", ["is known", field("batuk")], false],
  ["is unknown", ["is unknown", field("batuk")], true],
  ["else", ["else", field("batuk"), field("demam")], true],
  ["false is an answer, not a gap", ["else", ["not", field("demam")], true], false],
  ["contains", ["contains", field("tanda"), "kejang"], true],
  ["does not contain", ["contains", field("tanda"), "demam"], false],
  ["size", [">", ["size", field("tanda")], 0], true],
  ["size of none", ["=", ["size", field("kosong")], 0], true],
  ["size of what was not asked", [">", ["size", field("lain")], 0], null],
  ["in", ["in", field("kala"), "satu", "dua"], true],
  ["not in", ["in", field("kala"), "satu", "tiga"], false],
  ["not in, as far as is known", ["in", field("kala"), "satu", null], null],
];

for (const [name, rule, expected] of RULES) test(name, () => assert.equal(says(rule), expected));

test("an operator that nobody knows is told, not guessed", () => {
  assert.throws(() => says(["xor", true, false]), /no such operator: xor/);
});
