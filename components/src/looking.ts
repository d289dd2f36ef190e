/** The findings of what is being typed, before it is saved: asked a little after the last answer, never holding anybody up. */
import type { Words } from "./words.ts";

/** Gives the markup of the findings. Raises `LoginEnded`, or whatever else went wrong. */
export type Look = (typed: FormData, signal: AbortSignal) => Promise<string>;

export class LoginEnded extends Error {}

const AFTER_TYPING = 700; // milliseconds without a key
const AFTER_ANSWER = 100;

export class Looking {
  readonly #form: HTMLFormElement;
  readonly #panel: HTMLElement;
  readonly #words: Words;
  readonly #look: Look;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  #asked = "";

  constructor(form: HTMLFormElement, panel: HTMLElement, words: Words, look: Look) {
    this.#form = form;
    this.#panel = panel;
    this.#words = words;
    this.#look = look;
    panel.hidden = false;
    form.addEventListener("input", () => this.#soon(AFTER_TYPING));
    form.addEventListener("change", () => this.#soon(AFTER_ANSWER));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  #soon(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.now(), wait);
  }

  /** Asks at once, unless nothing has changed since the last time. */
  async now(): Promise<void> {
    const typed = new FormData(this.#form);
    const mark = JSON.stringify([...typed]);
    if (mark === this.#asked) return;
    this.#asked = mark;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#panel.setAttribute("aria-busy", "true");
    try {
      this.#show(await this.#look(typed, asking.signal));
    } catch (wrong) {
      if (asking.signal.aborted) return; // a later question is on its way
      this.#asked = "";
      const why =
        wrong instanceof LoginEnded ? "look_login" : wrong instanceof TypeError ? "look_offline" : "look_failed";
      const said = document.createElement("p");
      said.className = "look__none";
      said.textContent = this.#words[why] ?? "";
      this.#panel.replaceChildren(said);
    }
    if (this.#asking === asking) this.#panel.removeAttribute("aria-busy");
  }

  /** What was open stays open; the keyboard stays where it is. */
  #show(markup: string): void {
    const open = this.#panel.querySelector("details")?.open ?? false;
    const within = this.#panel.contains(document.activeElement);
    this.#panel.innerHTML = markup;
    const details = this.#panel.querySelector("details");
    if (details) details.open = open;
    if (within) details?.querySelector("summary")?.focus();
  }
}

/** Asks the node. */
export const askNode =
  (address: string): Look =>
  async (typed, signal) => {
    const answer = await fetch(address, { method: "POST", body: typed, signal });
    if (answer.status === 401 || answer.redirected) throw new LoginEnded();
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.text();
  };
