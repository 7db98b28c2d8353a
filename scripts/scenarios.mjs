// `npm run test:scenario [NAME...]`: packages/testkit/scenarios/*.sh, each in network, mount and process namespaces of its
// own with bin/ on PATH. A scenario passes when it ends with 0; it ends with 77 when it says that it cannot run here.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { captured, expectedSeconds, runParts, SCENARIOS_AT_A_TIME } from "./parts.mjs";
import { count, needAll, root } from "./setup.mjs";

const folder = path.join(root, "packages/testkit/scenarios");
const oracle = path.join(root, "packages/testkit/oracle");
const wanted = process.argv.slice(2);
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".sh") && name !== "prelude.sh")
  .map((name) => path.basename(name, ".sh"))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .sort();

if (process.getuid?.() !== 0) {
  console.log(`skipped: ${names.length} scenarios make network namespaces, which only root can`);
  count("test:scenario", { passed: 0, failed: 0, skipped: names.length });
  process.exit(0);
}
needAll("lab", "test", "oracle", "clients");

const INSIDE = `
mount -t tmpfs tmpfs /run/netns 2>/dev/null || { mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns; }
ip link set lo up
cd "$1" && . "$ROOT/packages/testkit/scenarios/prelude.sh" && . "$2"
[ "$failures" = 0 ]`;

async function run({ name }) {
  const work = mkdtempSync(path.join(tmpdir(), "scenario-"));
  const at = (sub) => path.join(work, sub);
  for (const sub of ["run", "log", "db", "etc", "work"]) mkdirSync(at(sub));
  const env = {
    HOME: at("work"),
    LANG: "C.UTF-8",
    TZ: "UTC",
    TERM: "dumb",
    USER: "root",
    PATH: `${path.join(root, "bin")}:${path.dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    ROOT: root,
    ORACLE: oracle,
    WORK: at("work"),
    SCHEMA: path.join(root, "share/openvswitch/vswitch.ovsschema"),
    OVS_RUNDIR: at("run"),
    OVS_LOGDIR: at("log"),
    OVS_DBDIR: at("db"),
    OVS_SYSCONFDIR: at("etc"),
  };
  const { status, text: said } = await captured(
    "timeout",
    [
      "-k",
      "5",
      "400",
      "unshare",
      "--net",
      "--mount",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
      "bash",
      "-c",
      `exec 2>&1\n${INSIDE}`,
      "scenario",
      at("work"),
      path.join(folder, `${name}.sh`),
    ],
    { env },
  );
  const logs = () =>
    spawnSync("bash", ["-c", "tail -n 20 log/*.log 2>/dev/null"], { cwd: work, encoding: "utf8" }).stdout;
  const text = status === 0 ? "" : `${said}${status === 77 ? "" : logs()}`;
  rmSync(work, { recursive: true, force: true });
  return { verdict: status === 0 ? "passed" : status === 77 ? "skipped" : "FAILED", text };
}

const parts = names.map((name) => ({ name, expected: expectedSeconds(path.join(folder, `${name}.sh`)) }));
const verdicts = await runParts(parts, SCENARIOS_AT_A_TIME, run);
const number = (wanted) => verdicts.filter((verdict) => verdict === wanted).length;
const failed = number("FAILED");
count("test:scenario", { passed: number("passed"), failed, skipped: number("skipped") });
process.exitCode = failed ? 1 : 0;
