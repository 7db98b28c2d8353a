// The lab of `npm start`: one switch and some hosts, each in a network namespace of its own, with folders of their own.
// Nothing outside the namespaces named vsl-… and the folder LAB is touched.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./setup.mjs";

export const LAB = "/tmp/vswitch-lab";
const PREFIX = "vsl-";
const SWITCH = `${PREFIX}switch`;
const at = (name) => path.join(LAB, name);

/** The environment in which the lab's own programs find each other. */
export const environment = {
  OVS_RUNDIR: at("run"),
  OVS_LOGDIR: at("log"),
  OVS_DBDIR: at("db"),
  OVS_SYSCONFDIR: at("etc"),
};

const { NODE_EXTRA_CA_CERTS: _slow, ...outside } = process.env;
const env = {
  ...outside,
  ...environment,
  LC_ALL: "C.UTF-8",
  PATH: `${path.join(root, "bin")}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
};

const ip = (...args) => spawnSync("ip", args, { encoding: "utf8" });
const inside = (namespace, line) => ["netns", "exec", namespace, "bash", "-c", line];

/** Runs a shell line in the switch's namespace, or a host's. @returns its status and what it printed. */
export function run(line, { host, seconds = 30 } = {}) {
  const { status, stdout, stderr } = spawnSync("ip", inside(host ? PREFIX + host : SWITCH, line), {
    encoding: "utf8",
    env,
    timeout: seconds * 1000,
    killSignal: "SIGKILL",
  });
  return { status: status ?? 124, output: `${stdout ?? ""}${stderr ?? ""}`.trimEnd() };
}

/** Starts a shell line in the background. @returns the process. */
export function start(line, { host } = {}) {
  return spawn("ip", inside(host ? PREFIX + host : SWITCH, line), { env, stdio: ["ignore", "pipe", "pipe"] });
}

export function makeSwitch() {
  for (const name of ["run", "log", "db", "etc"]) mkdirSync(at(name), { recursive: true });
  ip("netns", "add", SWITCH);
  ip("-n", SWITCH, "link", "set", "lo", "up");
}

/** A host: eth0 with that address inside, its other end named as the host in the switch's namespace. Default offloads. */
export function makeHost(name, ...addresses) {
  const namespace = PREFIX + name;
  ip("netns", "add", namespace);
  ip("-n", SWITCH, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", namespace);
  ip("-n", SWITCH, "link", "set", name, "up");
  for (const device of ["lo", "eth0"]) ip("-n", namespace, "link", "set", device, "up");
  for (const address of addresses)
    ip("-n", namespace, "addr", "add", address, "dev", "eth0", ...(address.includes(":") ? ["nodad"] : []));
}

/** Removes every trace of the lab: daemons by pid, namespaces, the folder. */
export function removeLab() {
  const run = at("run");
  if (existsSync(run)) {
    for (const file of readdirSync(run).filter((name) => name.endsWith(".pid"))) {
      const pid = Number(readFileSync(path.join(run, file), "utf8"));
      if (pid > 1 && belongs(pid)) kill(pid);
    }
  }
  for (const namespace of namespaces()) {
    for (const pid of ip("netns", "pids", namespace).stdout.split("\n").filter(Boolean)) kill(Number(pid));
    ip("netns", "del", namespace);
  }
  rmSync(LAB, { recursive: true, force: true });
}

const namespaces = () =>
  ip("netns", "list")
    .stdout.split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .filter((name) => name.startsWith(PREFIX));

export const labExists = () => namespaces().length > 0;

function belongs(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`OVS_RUNDIR=${environment.OVS_RUNDIR}`);
  } catch {
    return false;
  }
}

function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was gone already.
  }
}

/** Writes LAB/env, to be sourced by who wants to look around. */
export function writeEnvironment() {
  const lines = Object.entries({ ...environment, PATH: `${path.join(root, "bin")}:$PATH` }).map(
    ([name, value]) => `export ${name}=${value}`,
  );
  writeFileSync(at("env"), `${lines.join("\n")}\n`);
}
