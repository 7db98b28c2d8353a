// Runs every file of examples/: each must end by itself, with 0.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { root } from "./setup.mjs";

let failed = 0;
for (const name of readdirSync(path.join(root, "examples")).filter((file) => file.endsWith(".ts"))) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, "scripts/run-ts.mjs"), path.join(root, "examples", name)],
    { encoding: "utf8", timeout: 30_000 },
  );
  if (status === 0) continue;
  failed++;
  console.error(`examples/${name} ended with ${status}\n${stdout}${stderr}`);
}
process.exitCode = failed ? 1 : 0;
