// `npm test`: sets up what is missing, then `check` and `test:scenario`.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { seconds } from "./parts.mjs";
import { needAll, root } from "./setup.mjs";

if (process.getuid?.() !== 0) console.log("not root: what needs namespaces will be skipped");
needAll(...(process.getuid?.() === 0 ? ["lab", "test"] : []));
console.log(`set up after ${seconds(performance.now())}`);
const step = (file) =>
  spawnSync(process.execPath, [path.join(root, "scripts", file)], { stdio: "inherit" }).status === 0;
const ok = [step("check.mjs"), step("scenarios.mjs")];
process.exitCode = ok.every(Boolean) ? 0 : 1;
