/** What a form is made of, as the server says it (`desk/visit_form.py`) and the field app makes it from the bundle. */
import type { Rule } from "./conditions.ts";
import type { Limits } from "./plausibility.ts";
import type { Language } from "./typed.ts";
import type { Words } from "./words.ts";

/** What the component must know besides the markup. `birth`, `on`: `2026-06-10`. */
export interface Description {
  language: Language;
  birth: string | null;
  on: string;
  words: Words;
  items: Record<string, NumberItem>;
  /** Only where the component draws the form itself. */
  groups?: Group[];
}

export interface NumberItem {
  label: string;
  unit: string;
  whole: boolean;
  limits: Limits;
  last: { on: string; value: number } | null;
}

/** One kind of handwork: its parts, and folded below them the rest. */
export interface Group {
  hands: string;
  title: string;
  parts: Part[];
  folds: Part[];
}

export interface Part {
  title: string;
  fields: Field[];
  joins: boolean;
}

export type Kind =
  | "number"
  | "integer"
  | "yes-no"
  | "choice"
  | "choices"
  | "date"
  | "time"
  | "text"
  | "long-text"
  | "select"
  | "password";

/** One question, as `design/fields.py` has it. */
export interface Field {
  name: string;
  label: string;
  kind: Kind;
  value: string;
  hint: string;
  unit: string;
  last: string;
  choices: Choice[];
  errors: string[];
  required: boolean;
  autocomplete: string;
  opening: [Choice, Choice] | null;
  when: Rule | null;
  order: number;
  ask: Ask | null;
}

export interface Choice {
  value: string;
  label: string;
  chosen: boolean;
}

/** A doubt about what stands in a field, with the sentence that answers it. */
export interface Ask {
  text: string;
  confirm: string;
  token: string;
  chosen: boolean;
}
