// The two suites that every measurement runs on, in one run: Debian's Open vSwitch and bin/.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const SIDES = {
  reference: { path: "/usr/bin:/usr/sbin", schema: "/usr/share/openvswitch/vswitch.ovsschema" },
  ours: { path: path.join(root, "bin"), schema: path.join(root, "share/openvswitch/vswitch.ovsschema") },
};

/** Middle value; of an even number the lower of the two. */
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
export const spread = (values) => `${Math.min(...values).toPrecision(3)}…${Math.max(...values).toPrecision(3)}`;

const { NODE_EXTRA_CA_CERTS: _slow, ...outside } = process.env;

/** One suite at work in a folder of its own; with `netns` the daemons run in that network namespace. */
export class Side {
  constructor(name, { netns } = {}) {
    this.name = name;
    this.netns = netns;
    this.folder = mkdtempSync(path.join(tmpdir(), `bench-${name}-`));
    for (const sub of ["run", "log", "db", "etc"]) mkdirSync(this.at(sub));
    this.env = {
      ...outside,
      PATH: `${SIDES[name].path}:${path.dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin`,
      OVS_RUNDIR: this.at("run"),
      OVS_LOGDIR: this.at("log"),
      OVS_DBDIR: this.at("db"),
      OVS_SYSCONFDIR: this.at("etc"),
    };
  }
  at(sub) {
    return path.join(this.folder, sub);
  }
  #argv(command, args) {
    return this.netns ? ["ip", ["netns", "exec", this.netns, command, ...args]] : [command, args];
  }
  /** Runs a program to its end. @returns its output and the seconds it took; throws when it fails. */
  run(command, ...args) {
    const begin = performance.now();
    const { status, stdout, stderr } = spawnSync(...this.#argv(command, args), {
      env: this.env,
      encoding: "utf8",
      maxBuffer: 1 << 29,
    });
    const seconds = (performance.now() - begin) / 1000;
    if (status !== 0) throw new Error(`${this.name}: ${command} ${args.join(" ")}: ${stderr || stdout}`);
    return { stdout, seconds };
  }
  spawn(command, ...args) {
    return spawn(...this.#argv(command, args), { env: this.env, stdio: ["ignore", "pipe", "inherit"] });
  }
  startDatabase() {
    this.run("ovsdb-tool", "create", this.at("db/conf.db"), SIDES[this.name].schema);
    this.run(
      "ovsdb-server",
      this.at("db/conf.db"),
      `--remote=punix:${this.at("run/db.sock")}`,
      "--detach",
      "--no-chdir",
      "--pidfile",
      "--log-file",
      "-vconsole:off",
    );
    this.run("ovs-vsctl", "--no-wait", "init");
  }
  startSwitch(...options) {
    this.startDatabase();
    this.run(
      "ovs-vswitchd",
      `unix:${this.at("run/db.sock")}`,
      "--detach",
      "--no-chdir",
      "--pidfile",
      "--log-file",
      "-vconsole:off",
      ...options,
    );
  }
  pid(daemon) {
    return Number(readFileSync(this.at(`run/${daemon}.pid`), "utf8"));
  }
  /** User and system seconds that a daemon has used, its threads included (proc(5)). */
  cpuSeconds(daemon) {
    const fields = readFileSync(`/proc/${this.pid(daemon)}/stat`, "utf8")
      .split(") ")[1]
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }
  /** Resident octets of a daemon. */
  resident(daemon) {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid(daemon)}/status`, "utf8"))[1]) * 1024;
  }
  stop() {
    for (const daemon of ["ovs-vswitchd", "ovsdb-server"]) {
      try {
        process.kill(this.pid(daemon), "SIGKILL");
      } catch {
        // It never started.
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs `body` on a side and stops it whatever happens. */
export async function withSide(name, options, body) {
  const side = new Side(name, options);
  try {
    return await body(side);
  } finally {
    side.stop();
  }
}
