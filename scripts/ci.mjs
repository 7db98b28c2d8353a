// CI: `npm test`, then `npm run test:oracle`; the counts of both on the last line. Nothing may skip here.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { seconds } from "./parts.mjs";
import { root } from "./setup.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "vswitch-ci-"));
const counts = path.join(folder, "counts.json");
const npm = (...args) => {
  const began = performance.now();
  const { status } = spawnSync("npm", args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, VSWITCH_COUNTS: counts },
  });
  console.log(`npm ${args.join(" ")}: ${seconds(performance.now() - began)}`);
  return status === 0;
};
const ok = [npm("test"), npm("run", "test:oracle")];
const sum = existsSync(counts) ? JSON.parse(readFileSync(counts, "utf8")) : { passed: 0, failed: 1, skipped: 0 };
rmSync(folder, { recursive: true });
const failed = sum.failed + (ok.every(Boolean) || sum.failed > 0 ? 0 : 1);
console.log(`${sum.passed} passed, ${failed} failed, ${sum.skipped} skipped`);
process.exitCode = failed === 0 && sum.passed > 0 && sum.skipped === 0 ? 0 : 1;
