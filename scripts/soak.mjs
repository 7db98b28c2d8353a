// `npm run soak [PART...] [-- --seed=N]`: what runs for long before a release: each part until its time or its rounds are
// over. A part that fails prints its seed, and `--seed` repeats it. Short forms of all parts run in CI.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { root } from "./setup.mjs";

const seed = process.argv.find((word) => word.startsWith("--seed="))?.slice(7) ?? String(Date.now() % 1e9);
const PATH = `${path.join(root, "bin")}:${process.env.PATH}`;
const SECONDS = 600;

const vitest = (file) => ["npx", "vitest", "run", file];

/** What to run, with which environment. The dissector has no seed: its messages are the same each time. */
const PARTS = {
  "ovsdb-crash": { command: ["node", "packages/testkit/ovsdb/crash.mjs", "200", seed] },
  "ovsdb-fuzz": {
    command: vitest("packages/core/src/ovsdb/fuzz.test.ts"),
    env: { FUZZ_SECONDS: String(SECONDS), FUZZ_SEED: seed },
  },
  "ovsdb-random": { command: ["python3", "packages/testkit/oracle/ovsdb-random.py", "-n", "20000", "-s", seed] },
  "openflow-frames": {
    command: vitest("packages/core/src/openflow/fuzz.test.ts"),
    env: { FUZZ_SECONDS: String(SECONDS), FUZZ_SEED: seed },
  },
  "openflow-roundtrip": {
    command: vitest("packages/core/src/openflow/roundtrip.test.ts"),
    env: { FUZZ_RUNS: "200000", FUZZ_SEED: seed },
  },
  "openflow-dissector": {
    command: ["node", "scripts/run-ts.mjs", "packages/testkit/fuzz/dissect.ts", "20000"],
  },
  "flow-text": {
    command: vitest("packages/testkit/fuzz/flow-text.test.ts"),
    env: { FUZZ_FLOWS: "500000", FUZZ_SEED: seed },
  },
  "packet-engine": {
    command: ["node", "packages/testkit/fuzz/packet-engine.mjs", "--seed", seed, "--cases", "50000"],
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
