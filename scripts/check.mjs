// `npm run check`: types, lint, layers, unit tests, documents. No root, no network beyond the npm packages.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { count, needBuild, needModules, needNode, root } from "./setup.mjs";

needNode();
needModules();
needBuild();
const bin = (name) => path.join(root, "node_modules/.bin", name);
const run = (what, command, args) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${what}`);
  return status === 0;
};
const node = (what, file) => run(what, process.execPath, [path.join(root, "scripts", file)]);

const steps = [
  run("types", bin("tsc"), ["-p", "tsconfig.json"]),
  run("lint", bin("biome"), ["check", "."]),
  run("layers", bin("depcruise"), ["--config", ".dependency-cruiser.mjs", "packages", "bench", "examples"]),
  node("no circles", "check-cycles.mjs"),
  node("layers are enforced (one planted violation a rule)", "plant-violations.mjs"),
  node("documents", "check-docs.mjs"),
  node("examples", "run-examples.mjs"),
];

const out = mkdtempSync(path.join(tmpdir(), "vswitch-unit-"));
const report = path.join(out, "unit.json");
const unit = run("unit tests", bin("vitest"), [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile=${report}`,
]);
let tests = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 };
try {
  tests = JSON.parse(readFileSync(report, "utf8"));
} catch {
  console.error("the unit tests left no report");
}
rmSync(out, { recursive: true });
count("check", {
  passed: tests.numPassedTests + steps.filter(Boolean).length,
  failed: tests.numFailedTests + steps.filter((ok) => !ok).length + (unit || tests.numFailedTests > 0 ? 0 : 1),
  skipped: tests.numPendingTests,
});
process.exitCode = unit && steps.every(Boolean) ? 0 : 1;
