/** What every page of the desk loads. */
import { helpEverywhere } from "./everywhere.ts";
import { SimpulForm } from "./form.ts";
import { watchPressing } from "./pressing.ts";

watchPressing();
customElements.define("simpul-form", SimpulForm);
helpEverywhere();
