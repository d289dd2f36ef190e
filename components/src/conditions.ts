/** Rules over the answers of a form (`sistolik >= 140`), three-valued as the language of the knowledge: null is unknown. */

export type Answer = number | string | boolean | string[] | null;
/** A plain value, `["field", id]`, or an operator before its operands. */
export type Rule = Answer | [string, ...Rule[]];

type Operator = (...operands: Answer[]) => Answer;

const known =
  (apply: (a: NonNullable<Answer>, b: NonNullable<Answer>) => Answer): Operator =>
  (a = null, b = null) =>
    a === null || b === null ? null : apply(a, b);

const OPERATORS: Record<string, Operator> = {
  and: (a = null, b = null) => (a === false || b === false ? false : a === null || b === null ? null : true),
  or: (a = null, b = null) => (a === true || b === true ? true : a === null || b === null ? null : false),
  not: (a = null) => (a === null ? null : !a),
  "is known": (a = null) => a !== null,
  "is unknown": (a = null) => a === null,
  else: (a = null, b = null) => a ?? b,
  "<": known((a, b) => a < b),
  "<=": known((a, b) => a <= b),
  ">": known((a, b) => a > b),
  ">=": known((a, b) => a >= b),
  "=": known((a, b) => a === b),
  "!=": known((a, b) => a !== b),
  contains: known((a, b) => Array.isArray(a) && typeof b === "string" && a.includes(b)),
  list: (...members) => members as string[],
  size: (a = null) => (Array.isArray(a) ? a.length : null),
  in: (a = null, ...options) =>
    a === null ? null : options.includes(a) ? true : options.includes(null) ? null : false,
};

/** What a rule says, given the answer of each field. */
export function evaluate(rule: Rule, answer: (item: string) => Answer): Answer {
  if (!Array.isArray(rule)) return rule;
  const [operator, ...operands] = rule as [string, ...Rule[]];
  if (operator === "field") return answer(String(operands[0]));
  const apply = OPERATORS[operator];
  if (!apply) throw new Error(`no such operator: ${operator}`);
  return apply(...operands.map((one) => evaluate(one, answer)));
}
