/**
 * `<simpul-form>`: a form that asks about unlikely numbers before it saves, opens what answers call for, and shows findings while it is filled in.
 *
 * Around a form of the server (desk) it adds to what is there, with its description in a `<script type="application/json">`. With a `description`
 * that has groups and no form inside (field app) it draws the same form itself. It lives in the light, so that labels, styles and sending are
 * those of any form. Events: `simpul-save` before sending, with the answers as `detail`; whoever prevents it has saved it himself.
 */
import { Asking } from "./asking.ts";
import type { Description } from "./description.ts";
import { offerAll } from "./everywhere.ts";
import { HangingFields } from "./hanging.ts";
import { askNode, type Look, Looking } from "./looking.ts";
import { whenReleased } from "./pressing.ts";
import { renderGroups, text } from "./render.ts";
import { fill } from "./words.ts";

export class SimpulForm extends HTMLElement {
  /** What the form is; read from the page where nobody sets it. */
  description: Description | undefined;
  /** How findings are asked for; by default from the node, at `data-look`. */
  look: Look | undefined;

  #looking: Looking | undefined;
  #typed = false;
  #sending = false;
  #leaving = (event: BeforeUnloadEvent): void => {
    if (this.#typed) event.preventDefault();
  };

  connectedCallback(): void {
    const written = this.querySelector("script[type='application/json']")?.textContent;
    this.description ??= written ? (JSON.parse(written) as Description) : undefined;
    if (!this.description) return;
    this.#typed = this.hasAttribute("data-typed");
    if (!this.querySelector("form")) this.#draw(this.description);
    const form = this.querySelector("form");
    if (form) this.#help(form, this.description);
    window.addEventListener("beforeunload", this.#leaving);
  }

  disconnectedCallback(): void {
    this.#looking?.stop();
    window.removeEventListener("beforeunload", this.#leaving);
  }

  #draw({ groups = [], words }: Description): void {
    this.innerHTML = `<form novalidate data-enter-moves>${renderGroups(groups, words)}<section class="look" aria-live="polite" hidden></section><div class="buttons"><button class="button">${text(words.save ?? "")}</button></div></form>`;
    offerAll();
  }

  #help(form: HTMLFormElement, description: Description): void {
    const asking = new Asking(form, description);
    const hanging = new HangingFields(form);
    const status = document.createElement("p");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    this.append(status);
    const moveUp = (): void => {
      const opened = hanging.look();
      if (opened.length) status.textContent = fill(description.words.opened ?? "", { fields: opened.join(", ") });
    };

    form.addEventListener("focusout", ({ target }) => {
      if (isNumber(target)) whenReleased(() => asking.check(target));
    });
    form.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement && target.name === "tanggal") whenReleased(() => asking.open());
      whenReleased(moveUp);
    });
    // Before the keyboard moves on, so that it comes to what has just been asked. Ahead of `moveOn`, which listens on the document.
    form.addEventListener("keydown", (event) => {
      const { key, target } = event;
      if (key !== "Tab" && key !== "Enter") return;
      if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit(form.querySelector<HTMLButtonElement>("button.button:not([type=button])"));
        return;
      }
      if (isNumber(target)) asking.check(target);
      moveUp();
    });
    form.addEventListener("input", () => {
      this.#typed = true;
    });
    form.addEventListener("submit", (event) => this.#submit(event, form, asking, description));
    window.addEventListener("pageshow", moveUp); // also after going back, where the browser fills in what was typed
    moveUp();

    const address = this.dataset.look;
    const look = this.look ?? (address ? askNode(address) : undefined);
    const panel = form.querySelector<HTMLElement>(".look");
    if (look && panel) {
      this.#looking = new Looking(form, panel, description.words, look);
      if (form.querySelector("input:checked, input.number:not([value=''])")) void this.#looking.now();
    }
  }

  #submit(event: SubmitEvent, form: HTMLFormElement, asking: Asking, { words }: Description): void {
    if (event.submitter?.hasAttribute("data-reopens")) {
      this.#typed = false; // the node shows the form again, with what was typed
      return;
    }
    event.preventDefault();
    if (this.#sending) return; // pressed twice sends once
    const open = asking.open();
    if (open.length) {
      this.#tell(
        form,
        fill((open.length > 1 ? words.answer_first_many : words.answer_first) ?? "", { count: String(open.length) }),
      );
      for (const one of open) one.closest<HTMLElement>(".field__ask")?.setAttribute("data-unanswered", "");
      open[0]?.closest("details")?.setAttribute("open", "");
      open[0]?.focus();
      return;
    }
    const save = new CustomEvent("simpul-save", { detail: new FormData(form), bubbles: true, cancelable: true });
    if (this.dispatchEvent(save)) void this.#send(form, event.submitter, words);
    else this.#typed = false;
  }

  /**
   * Sends without leaving the page, so that nothing typed is lost where the node cannot be reached or fails: it answers 204 and where to go. Any
   * other answer (something to mend, above all) is shown as a page by sending once more in the ordinary way; the key of the visit keeps that harmless.
   */
  async #send(form: HTMLFormElement, button: HTMLElement | null, words: Record<string, string>): Promise<void> {
    this.#looking?.stop();
    this.#tell(form, "");
    this.#busy(button, true);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "Simpul-Form": "1" },
      });
      const next = answer.headers.get("Simpul-Location") ?? (answer.redirected ? answer.url : null);
      if (answer.status >= 500) throw new Error(String(answer.status));
      this.#typed = false;
      if (answer.ok && next) location.assign(next);
      else form.submit();
    } catch (wrong) {
      this.#tell(form, (wrong instanceof TypeError ? words.save_offline : words.save_failed) ?? "");
      this.#busy(button, false);
    }
  }

  /** The button says what happens, in words. */
  #busy(button: HTMLElement | null, busy: boolean): void {
    this.#sending = busy;
    if (!button) return;
    button.dataset.label ??= button.textContent ?? "";
    button.textContent = (busy && button.dataset.busy) || button.dataset.label;
  }

  /** A sentence beside the button. */
  #tell(form: HTMLFormElement, text: string): void {
    let told = form.querySelector<HTMLElement>(".form-told");
    if (!told) {
      told = document.createElement("p");
      told.className = "form-told";
      told.setAttribute("role", "alert");
      form.querySelector(".buttons")?.before(told);
    }
    told.hidden = text === "";
    told.textContent = text;
  }
}

const isNumber = (target: EventTarget | null): target is HTMLInputElement =>
  target instanceof HTMLInputElement && target.matches("input.number");
