// Runs a TypeScript file of this repository: `node scripts/run-ts.mjs FILE [ARG...]` (Node 20 reads no TypeScript).
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { root } from "./setup.mjs";

const [file, ...args] = process.argv.slice(2);
// Inside the repository, so that packages which are not bundled are found in its node_modules.
const folder = path.join(root, ".cache", "run-ts");
mkdirSync(folder, { recursive: true });
const bundle = path.join(folder, `${path.basename(file, ".ts")}-${process.pid}.mjs`);
await build({
  entryPoints: [file],
  outfile: bundle,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  conditions: ["source"],
  external: ["koffi", "pcap"],
  banner: {
    js: 'import { createRequire as requireFor } from "node:module"; const require = requireFor(import.meta.url);',
  },
  logLevel: "warning",
});
const { status } = spawnSync(process.execPath, [bundle, ...args], { stdio: "inherit" });
rmSync(bundle);
process.exitCode = status ?? 1;
