// `npm run soak [PART...] [-- --seed=N]`: what runs for long before a release: each part until its time or its rounds are
// over. A part that fails prints its seed, and `--seed` repeats it. Short forms of all parts run in CI.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { root } from "./setup.mjs";

const seed = process.argv.find((word) => word.startsWith("--seed="))?.slice(7) ?? String(Date.now() % 1e9);
const PATH = `${path.join(root, "bin")}:${process.env.PATH}`;
const MINUTES = 10;

/** What to run, with which environment; the seed is added by name or as the last argument. */
const PARTS = {
  "ovsdb-crash": { command: ["node", "packages/testkit/ovsdb/crash.mjs", "200", seed] },
  "ovsdb-fuzz": {
    command: ["npx", "vitest", "run", "packages/core/src/ovsdb/fuzz.test.ts"],
    env: { SOAK_SECONDS: String(MINUTES * 60), SOAK_SEED: seed },
  },
};

const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length) {
  console.error(`soak: no part ${unknown.join(", ")}; there are ${Object.keys(PARTS).join(", ")}`);
  process.exit(1);
}
let failures = 0;
for (const [name, { command, env = {} }] of Object.entries(PARTS)) {
  if (wanted.length && !wanted.includes(name)) continue;
  console.log(`== ${name}, seed ${seed}`);
  const [program, ...args] = command;
  const { status } = spawnSync(program, args, { cwd: root, env: { ...process.env, PATH, ...env }, stdio: "inherit" });
  console.log(`== ${name}: ${status === 0 ? "passed" : `FAILED with ${status}, --seed=${seed}`}`);
  if (status !== 0) failures++;
}
process.exit(failures ? 1 : 0);
