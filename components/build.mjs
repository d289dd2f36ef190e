// Builds the one file that pages load, or with --test the tests for `node --test`.
import { readdirSync } from "node:fs";
import { build } from "esbuild";

const common = { bundle: true, format: "esm", target: "es2022", logLevel: "warning" };

if (process.argv.includes("--test")) {
  const tests = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
  await build({
    ...common,
    entryPoints: tests.map((name) => `test/${name}`),
    outdir: "build/test",
    platform: "node",
  });
} else {
  await build({
    ...common,
    entryPoints: ["src/simpul.ts"],
    outfile: "../primary_care/design/static/components/simpul.js",
    format: "iife",
    minify: true,
    legalComments: "none",
  });
}
