import assert from "node:assert/strict";
import { test } from "node:test";
import { day } from "../src/days.ts";
import { doubtAbout, type Limits } from "../src/plausibility.ts";
import { shared } from "./shared.ts";

/** Limits as a vocabulary file may write them: one range for every age, or a list; or none. */
type Written = { [key in keyof Limits]?: Limits[key] | [number, number] };

interface Case {
  name: string;
  item: string;
  value: number;
  on: string;
  birth: string | null;
  last?: { on: string; value: number };
  expect: object | null;
}

const { items, cases } = shared("plausibility.json") as { items: Record<string, Written>; cases: Case[] };

function limits(written: Written): Limits {
  const rows = (key: "range" | "usual"): Limits["range"] => {
    const found = written[key] ?? [];
    return typeof found[0] === "number" ? [{ range: found as [number, number] }] : (found as Limits["range"]);
  };
  return { range: rows("range"), usual: rows("usual"), change: (written.change ?? []) as Limits["change"] };
}

const at = (iso: string): number => {
  const found = day(iso);
  assert(found !== null, iso);
  return found;
};

assert(cases.length > 40);
for (const one of cases) {
  test(one.name, () => {
    const moment = {
      on: at(one.on),
      birth: one.birth === null ? null : at(one.birth),
      last: one.last ? { on: at(one.last.on), value: one.last.value } : null,
    };
    assert.deepEqual(doubtAbout(limits(items[one.item] ?? {}), one.value, moment), one.expect);
  });
}
