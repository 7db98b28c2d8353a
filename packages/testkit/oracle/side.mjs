// One side of a scenario: the same shell script, in namespaces of its own, with one suite of programs on PATH.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const oracle = path.dirname(fileURLToPath(import.meta.url));
const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// (One pipe for what is said and what is complained of, so that both come in their order. Process numbers begin where
// chance says: the reference's ovs-pki names files in /tmp by its own, and scenarios run side by side.)
const INSIDE = `
exec 2>&1
echo $((300 + RANDOM % 20000)) >/proc/sys/kernel/ns_last_pid
mount -t tmpfs tmpfs /run/netns 2>/dev/null || { mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns; }
ip link set lo up
if [ $# -gt 2 ]; then printf '/dev/null %s none bind\\n' "\${@:3}" >"$1/hidden" && mount -a -T "$1/hidden" && rm "$1/hidden" || exit 1; fi
cd "$1" && . "$ORACLE/prelude.sh" && . "$2"`;

/**
 * Runs SCENARIO and resolves to its normalized output and to what daemons complained of in their logs. `bin` holds the programs under test; `hidden` are files that
 * must not be found (the reference's programs, on our side).
 */
export async function runSide({ side, bin, schema, scenario, hidden = [], seconds = 400 }) {
  const folder = mkdtempSync(path.join(tmpdir(), `oracle-${side}-`));
  const at = (name) => path.join(folder, name);
  for (const name of ["run", "log", "db", "etc", "work"]) mkdirSync(at(name));
  const env = {
    HOME: at("work"),
    LANG: "C.UTF-8",
    TZ: "UTC",
    TERM: "dumb",
    USER: "root",
    PATH: `${bin}:${SYSTEM_PATH}`,
    SIDE: side,
    SCHEMA: schema,
    ORACLE: oracle,
    WORK: at("work"),
    OVS_RUNDIR: at("run"),
    OVS_LOGDIR: at("log"),
    OVS_DBDIR: at("db"),
    OVS_SYSCONFDIR: at("etc"),
  };
  const child = spawn(
    "timeout",
    [
      "-k",
      "5",
      String(seconds),
      "unshare",
      "--net",
      "--mount",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
      "bash",
      "-c",
      INSIDE,
      "scenario",
      at("work"),
      scenario,
      ...hidden,
    ],
    { env, stdio: ["ignore", "pipe", "inherit"] },
  );
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  const status = await new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));
  const complaints = complaintsIn(at("log"), folder);
  const logs = ["ovs-vswitchd.log", "ovsdb-server.log"].map((name) => tail(at(`log/${name}`))).filter(Boolean);
  rmSync(folder, { recursive: true, force: true });
  return { output: normalize(`${text}exit status ${status}\n`, folder), complaints, logs };
}

/** What never counts as a complaint: slow turns of a loaded machine. */
const HARMLESS = /^timeval\||^backtrace/;

/** Kinds of warnings and errors in the log files, numbers left out. */
function complaintsIn(logs, folder) {
  const found = new Set();
  for (const name of readdirSync(logs)) {
    for (const line of readFileSync(path.join(logs, name), "utf8").replaceAll(folder, "FOLDER").split("\n")) {
      const [, text] = /^[^|]*Z\|\d+\|(\w+(?:\([^)|]*\))?\|(?:WARN|ERR|EMER)\|.*)/.exec(line) ?? [];
      if (text && !HARMLESS.test(text)) found.add(text.replace(UUID, "UUID").replace(/\d+/g, "N"));
    }
  }
  return [...found];
}

function tail(file) {
  try {
    return `${path.basename(file)}:\n${readFileSync(file, "utf8").split("\n").slice(-15).join("\n")}`;
  } catch {
    return undefined;
  }
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Takes out what differs between two honest runs: folders, dates, ages, transaction ids; UUIDs become numbers in order of appearance. */
export function normalize(text, folder) {
  const seen = new Map();
  return text
    .replaceAll(folder, "FOLDER")
    .replace(/[^ "\n]*\/vswitch\.ovsschema/g, "SCHEMA")
    .replace(/(duration|idle_age|hard_age|age)=[0-9.]+s?,? ?/g, "$1=T, ")
    .replace(/used:[0-9.]+s/g, "used:T")
    .replace(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/g, "DATE")
    .replace(/DATE\|[0-9]{5}\|/g, "DATE|N|")
    .replace(/^DATE\|N\|(timeval\|WARN|coverage\|INFO)\|.*\n/gm, "")
    .replace(/(xid=)0x[0-9a-f]+/g, "$1X")
    .replace(UUID, (uuid) => {
      if (!seen.has(uuid)) seen.set(uuid, `<uuid${seen.size + 1}>`);
      return seen.get(uuid);
    });
}
