/** Sentences come from the server (`visits/wording.py`, `desk/form_words.py`), in the language in use; here their places are filled. */

export type Words = Record<string, string>;

/** `%(name)s` in a sentence becomes the value of that name. */
export function fill(sentence: string, values: Record<string, string>): string {
  return sentence.replace(/%\((\w+)\)s/g, (_whole, name: string) => values[name] ?? "");
}
