import assert from "node:assert/strict";
import { test } from "node:test";
import { day } from "../src/days.ts";
import { type Language, readDay, readNumber, writeDay, writeNumber } from "../src/typed.ts";
import { shared } from "./shared.ts";

const typed = shared("typed.json") as {
  numbers: { text: string; whole?: boolean; value?: number; wrong?: string }[];
  written_numbers: { value: number; id: string; en: string }[];
  days: { text: string; day: string | null }[];
  written_days: { day: string; id: string; en: string }[];
};
const LANGUAGES: Language[] = ["id", "en"];

for (const one of typed.numbers) {
  test(`number “${one.text}”${one.whole ? ", whole" : ""}`, () => {
    assert.equal(readNumber(one.text, one.whole ?? false), one.value ?? one.wrong);
  });
}

for (const one of typed.days) {
  test(`day “${one.text}”`, () => assert.equal(readDay(one.text, "id"), one.day === null ? null : day(one.day)));
}

test("an English month is read where English is spoken", () => {
  assert.equal(readDay("3 June 2026", "en"), day("2026-06-03"));
});

test("numbers and days as they are written", () => {
  for (const language of LANGUAGES) {
    for (const one of typed.written_numbers) assert.equal(writeNumber(one.value, language), one[language]);
    for (const one of typed.written_days) assert.equal(writeDay(day(one.day) ?? 0, language), one[language]);
  }
});
