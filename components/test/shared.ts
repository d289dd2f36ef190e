/** The cases that Python reads too. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

export function shared(name: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(readFileSync(resolve("..", "conformance", name), "utf-8"));
}
