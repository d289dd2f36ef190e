/* Fields that hang on other answers (`sistolik >= 140`): called for, they come up from their fold; no longer called for and empty, they go back.
   Without this file they stay in the fold, and the server asks for those that must be answered. The rules come from the knowledge. */
(function () {
  "use strict";

  const status = document.getElementById("kata-buka");
  const hanging = [...document.querySelectorAll("[data-when]")].map((field) => ({
    field,
    rule: JSON.parse(field.dataset.when),
    fold: field.closest("details.part"),
    after: field.previousElementSibling,
    up: false,
  }));
  if (!hanging.length) return;

  /* The answer of a field: number, text, yes or no, list; null where nothing was answered. */
  const answer = (item) => {
    const inputs = [...document.getElementsByName("i-" + item)];
    if (!inputs.length) return null;
    if (inputs.length === 1 && inputs[0].type === "text") return typed(inputs[0]);
    const chosen = inputs.filter((one) => one.checked).map((one) => one.value);
    if (inputs.some((one) => one.type === "checkbox")) return chosen.length ? chosen.filter((one) => one !== "-" && one !== "+") : null;
    if (!chosen.length) return null;
    const isYesNo = inputs.length === 2 && inputs[0].value === "ya" && inputs[1].value === "tidak";
    return isYesNo ? chosen[0] === "ya" : chosen[0];
  };
  const typed = (input) => {
    const text = input.value.trim().replace(/\s/g, "").replace("−", "-");
    if (text === "") return null;
    if (!input.matches(".number")) return input.value.trim();
    return /^-?\d{1,9}([.,]\d{1,6})?$/.test(text) ? Number(text.replace(",", ".")) : null;
  };

  /* Three-valued, as the language of the knowledge: null is unknown. */
  const known = (apply) => (a, b) => (a === null || b === null ? null : apply(a, b));
  const operators = {
    and: (a, b) => (a === false || b === false ? false : a === null || b === null ? null : true),
    or: (a, b) => (a === true || b === true ? true : a === null || b === null ? null : false),
    not: (a) => (a === null ? null : !a),
    "is known": (a) => a !== null,
    "is unknown": (a) => a === null,
    else: (a, b) => (a !== null ? a : b),
    "<": known((a, b) => a < b),
    "<=": known((a, b) => a <= b),
    ">": known((a, b) => a > b),
    ">=": known((a, b) => a >= b),
    "=": known((a, b) => a === b),
    "!=": known((a, b) => a !== b),
    contains: known((a, b) => a.includes(b)),
    list: (...members) => members,
    size: (a) => (a === null ? null : a.length),
    in: (a, ...options) => (a === null ? null : options.includes(a) ? true : options.includes(null) ? null : false),
  };
  const value = (rule) => {
    if (!Array.isArray(rule)) return rule;
    const [operator, ...operands] = rule;
    return operator === "field" ? answer(operands[0]) : operators[operator](...operands.map(value));
  };

  const empty = (field) => [...field.querySelectorAll("input")].every((one) => (one.type === "text" ? one.value.trim() === "" : !one.checked));

  /* Where a field belongs among those that stand open: after the last that comes before it, or just before the fold of its own heading. */
  const lift = (one) => {
    const order = Number(one.field.dataset.order);
    const open = [...one.field.closest(".hands").querySelectorAll(".fields > [data-order]")].filter((other) => !other.closest("details.part"));
    const before = one.fold.hasAttribute("data-joins") && open.filter((other) => Number(other.dataset.order) < order).pop();
    if (before) before.after(one.field);
    else one.fold.before(one.field);
  };
  const lower = (one) => {
    const home = one.fold.querySelector(".fields");
    if (one.after && one.after.parentElement === home) one.after.after(one.field);
    else home.prepend(one.field);
  };
  const recount = (fold) => {
    const left = fold.querySelectorAll(".fields > *").length;
    fold.hidden = left === 0;
    const count = fold.querySelector("[data-count]");
    if (count) count.textContent = String(left);
  };

  const look = () => {
    const opened = [];
    for (const one of hanging) {
      if (!one.fold) continue;
      const wanted = value(one.rule) === true;
      if (wanted && !one.up) {
        lift(one);
        opened.push(one.field.querySelector(".field__label").textContent.trim());
        one.up = true;
      } else if (!wanted && one.up && empty(one.field)) {
        lower(one);
        one.up = false;
      } else continue;
      recount(one.fold);
    }
    if (opened.length && status) status.textContent = status.dataset.opened.replace("{a}", opened.join(", "));
  };

  /* Looked at when a field is left, before the keyboard moves on; while something is pressed nothing may move. */
  let pressing = false;
  document.addEventListener("pointerdown", () => { pressing = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => { pressing = false; setTimeout(look); }, true);
  }
  document.addEventListener("change", () => { if (!pressing) look(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Tab" || event.key === "Enter") look(); }, true);
  window.addEventListener("pageshow", look); // also after going back, where the browser fills in what was typed
  look();
})();
