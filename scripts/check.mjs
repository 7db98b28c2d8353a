// `npm run check`: types, lint, layers, unit tests, documents. No root, no network beyond the npm packages.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { captured, runParts } from "./parts.mjs";
import { count, needBuild, needModules, needNode, root } from "./setup.mjs";

needNode();
needModules();
needBuild();
const out = mkdtempSync(path.join(tmpdir(), "vswitch-unit-"));
const report = path.join(out, "unit.json");
const bin = (name, command, ...args) => ({ name, command: path.join(root, "node_modules/.bin", command), args });
const node = (name, file) => ({ name, command: process.execPath, args: [path.join(root, "scripts", file)] });

const UNIT = {
  ...bin("unit tests", "vitest", "run", "--reporter=default", "--reporter=json", `--outputFile=${report}`),
  expected: 60,
};
const STEPS = [
  bin("types", "tsc", "-p", "tsconfig.json"),
  bin("lint", "biome", "check", "."),
  bin("layers", "depcruise", "--config", ".dependency-cruiser.mjs", "packages", "bench", "examples"),
  node("no circles", "check-cycles.mjs"),
  node("layers are enforced (one planted violation a rule)", "plant-violations.mjs"),
  node("documents", "check-docs.mjs"),
  node("examples", "run-examples.mjs"),
];

// Most of them keep one processor busy: two at a time.
const [unit, ...steps] = await runParts([UNIT, ...STEPS], 2, async ({ command, args }) => {
  const { status, text } = await captured(command, args, { cwd: root });
  return { verdict: status === 0 ? "ok" : "FAILED", text };
});
let tests = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 };
try {
  tests = JSON.parse(readFileSync(report, "utf8"));
} catch {
  console.error("the unit tests left no report");
}
rmSync(out, { recursive: true });
const good = steps.filter((verdict) => verdict === "ok").length;
count("check", {
  passed: tests.numPassedTests + good,
  failed: tests.numFailedTests + steps.length - good + (unit === "ok" || tests.numFailedTests > 0 ? 0 : 1),
  skipped: tests.numPendingTests,
});
process.exitCode = unit === "ok" && good === steps.length ? 0 : 1;
