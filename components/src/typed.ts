/** Numbers and days as people type and read them, as `primary_care/design/formats.py` has them. `conformance/typed.json` holds both to it. */
import { dayOf, partsOf } from "./days.ts";

/** Why a text is no number: no figures at all, readable in two ways (`3.100`), or not a whole one. */
export type Unread = "not_number" | "two_ways" | "whole";

export const MONTHS = {
  id: [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
  ],
  en: [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ],
};
export type Language = keyof typeof MONTHS;

/** `12,4`, `12.4`, `3.100` where a whole number is asked. */
export function readNumber(text: string, whole: boolean): number | Unread {
  let plain = text.trim().replaceAll(" ", "").replaceAll("−", "-");
  if (/^-?\d{1,3}(\.\d{3})+$/.test(plain)) {
    if (!whole) return "two_ways";
    plain = plain.replaceAll(".", "");
  }
  if (!/^-?\d{1,9}([.,]\d{1,6})?$/.test(plain)) return "not_number";
  const value = Number(plain.replace(",", "."));
  return whole && !Number.isInteger(value) ? "whole" : value;
}

/** `3-6-2026`, `03/06/2026`, `3 Juni 2026`, `2026-06-03`; null for what is no day. */
export function readDay(text: string, language: Language): number | null {
  const parts = text
    .trim()
    .split(/[-/. ]+/)
    .filter((part) => part !== "");
  if (parts.length !== 3) return null;
  const named = monthOf(parts[1] ?? "", language);
  if (named) parts[1] = String(named);
  if (!parts.every((part) => /^\d+$/.test(part))) return null;
  const [first, second, third] = parts.map(Number) as [number, number, number];
  if (parts[0]?.length === 4) return dayOf(first, second, third);
  return parts[2]?.length === 4 ? dayOf(third, second, first) : null;
}

function monthOf(word: string, language: Language): number {
  const low = word.toLowerCase();
  const is = (name: string): boolean => low === name.toLowerCase();
  const index = MONTHS.id.findIndex((name, at) => is(name) || is(name.slice(0, 3)) || is(MONTHS[language][at] ?? ""));
  return index + 1;
}

/** `12,4`; a dot between thousands from 10.000 on; in English the other way round. */
export function writeNumber(value: number, language: Language): string {
  const [whole = "", part] = Math.abs(value)
    .toFixed(6)
    .replace(/\.?0+$/, "")
    .split(".");
  const grouped = Math.abs(value) >= 10_000 ? whole.replace(/\B(?=(\d{3})+$)/g, language === "en" ? "," : ".") : whole;
  return (value < 0 ? "−" : "") + grouped + (part ? (language === "en" ? "." : ",") + part : "");
}

/** `3 Juni 2026`. */
export function writeDay(at: number, language: Language): string {
  const [year, month, date] = partsOf(at);
  return `${date} ${MONTHS[language][month - 1]} ${year}`;
}
