/** Days as numbers since 1970-01-01, without a clock and without a time zone; months as the engine counts them (`care_engine/dates.py`). */

export interface Span {
  months: number;
  days: number;
}

const MS = 86_400_000;

/** The day of `2026-06-10`; null for what is no day of the calendar. */
export function day(iso: string): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  return found ? dayOf(Number(found[1]), Number(found[2]), Number(found[3])) : null;
}

/** The day of a year, a month from 1 and a day of the month; null where there is none. */
export function dayOf(year: number, month: number, date: number): number | null {
  const at = new Date(Date.UTC(year, month - 1, date));
  const real = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === date;
  return real ? at.getTime() / MS : null;
}

/** Year, month from 1, day of the month. */
export function partsOf(at: number): [number, number, number] {
  const date = new Date(at * MS);
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
}

/** `12w0d`, `6m`, `1y6m`, `31d`. */
export function span(text: string): Span {
  const found = /^(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)w)?(?:(\d+)d)?$/.exec(text);
  if (!found || text === "") throw new Error(`not a length of time: ${text}`);
  const [years, months, weeks, days] = found.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return { months: 12 * years + months, days: 7 * weeks + days };
}

/** Months keep the day of the month, or take the last day of a shorter one; then the days. */
export function add(at: number, length: Span): number {
  if (length.months === 0) return at + length.days;
  const [year, month, date] = partsOf(at);
  const index = year * 12 + month - 1 + length.months;
  const last = new Date(Date.UTC(Math.floor(index / 12), (index % 12) + 1, 0)).getUTCDate();
  return Date.UTC(Math.floor(index / 12), index % 12, Math.min(date, last)) / MS + length.days;
}
