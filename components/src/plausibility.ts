/**
 * Whether a measured number can be true, and whether it is likely: what `care_engine/plausibility.py` says, on the phone and while typing.
 * `conformance/plausibility.json` holds both to one answer.
 */
import { add, span } from "./days.ts";

/** The limits of an item in the words of a vocabulary file; the first row of a list that fits holds. */
export interface Limits {
  range: RangeRow[];
  usual: RangeRow[];
  change: ChangeRow[];
}

export interface RangeRow {
  until_age?: string;
  range: [number, number];
}

/** `falls`, `rises`: a size in the unit of the item, or `20%` of the last value. */
export interface ChangeRow {
  until_age?: string;
  within?: string;
  falls?: number | string;
  rises?: number | string;
}

export interface Doubt {
  kind: "impossible" | "unusual" | "falls" | "rises";
  low?: number;
  high?: number;
  change?: number;
}

/** The days of a value, of the birth (null: unknown) and of the value before (null: none). */
export interface Moment {
  on: number;
  birth: number | null;
  last: { on: number; value: number } | null;
}

/** Numbers are compared in millionths: as exact as they are written, whatever floats make of them. */
const EXACT = 1_000_000;
const exact = (value: number): number => Math.round(value * EXACT);

/** The first doubt about a value; null where there is none. */
export function doubtAbout(limits: Limits, value: number, { on, birth, last }: Moment): Doubt | null {
  const fits = (row: { until_age?: string }): boolean =>
    row.until_age === undefined || (birth !== null && on < add(birth, span(row.until_age)));
  for (const [kind, rows] of [
    ["impossible", limits.range],
    ["unusual", limits.usual],
  ] as const) {
    const row = rows.find(fits);
    if (row && (exact(value) < exact(row.range[0]) || exact(value) > exact(row.range[1]))) {
      return { kind, low: row.range[0], high: row.range[1] };
    }
  }
  if (last === null || last.on >= on) return null;
  const row = limits.change.find(
    (one) => fits(one) && (one.within === undefined || on <= add(last.on, span(one.within))),
  );
  if (!row) return null;
  const change = exact(value) - exact(last.value);
  if (row.falls !== undefined && -change > limit(row.falls, last.value))
    return { kind: "falls", change: -change / EXACT };
  if (row.rises !== undefined && change > limit(row.rises, last.value))
    return { kind: "rises", change: change / EXACT };
  return null;
}

function limit(amount: number | string, last: number): number {
  return exact(typeof amount === "number" ? amount : (Number.parseFloat(amount) * last) / 100);
}
