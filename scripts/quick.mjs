// Quick starts: a launcher that runs a bundle with V8's code cache, and the runs that fill the caches.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** What the kernel takes as one word of a program's first line. */
const fits = process.execPath.length < 120 && !/\s/.test(process.execPath);
const NODE = fits ? process.execPath : "node";

/**
 * Programs run by the Node that built them: code caches and native modules are that Node's anyway, callers with a bare
 * PATH (udev, hypervisor hooks, cron) find it, and env's search would take a twentieth of a command's time.
 */
export const SHEBANG = fits ? `#!${NODE}` : "#!/usr/bin/env node";

/** The first line of a program that Node runs with flags: only env makes several words of what stands there. */
export const shebangWith = (flags) => (flags ? `#!/usr/bin/env -S ${[NODE, ...flags].join(" ")}` : SHEBANG);

/** Waits, in milliseconds. */
const pause = (time) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time);

/** What is around the text of libexec/NAME.cjs: one function, so that the launcher runs the file as it reads it. */
export const WRAPPER = ["(function(exports,require,module,__filename,__dirname,load){", "})"];

/**
 * The text of bin/NAME. A cache of another Node is refused by V8 itself, which then compiles as ever; when CODE_CACHE is
 * in the environment, a file that has no cache yet gets one at the end of the run, with all functions that the run needed.
 * `load` is for the parts of a program that is split.
 */
export const launcher = (name, flags) => `${shebangWith(flags)}
const fs = require("node:fs"), { Script } = require("node:vm");
const load = (file) => {
  let cachedData;
  try { cachedData = fs.readFileSync(file + ".cache"); } catch {}
  const script = new Script(fs.readFileSync(file, "latin1"), { filename: file, cachedData });
  if (process.env.CODE_CACHE && !cachedData)
    process.on("exit", () => fs.writeFileSync(file + ".cache", script.createCachedData()));
  return script.runInThisContext();
};
const file = __dirname.slice(0, -3) + "libexec/${name}.cjs";
load(file)(exports, require, module, file, __dirname, load);
`;

/**
 * Runs each program once with daemons of this build, on dummy devices in a folder of their own, so that its code cache
 * is there; that of a daemon is written when it ends. Without it a program works all the same, a little later. @returns what went wrong, if anything
 */
export function fillCaches(root, rows) {
  const bin = (name) => path.join(root, "bin", name);
  const need = ["ovsdb-tool", "ovsdb-server", "ovs-vswitchd", "ovs-controller", "ovs-vsctl", "ovs-appctl"];
  if (!need.every((name) => existsSync(bin(name)))) return "no daemons to fill the code caches with";
  const folder = mkdtempSync(path.join(tmpdir(), "quick-"));
  const at = (name) => path.join(folder, name);
  const env = {
    ...process.env,
    OVS_RUNDIR: at("run"),
    OVS_LOGDIR: at("log"),
    OVS_DBDIR: at("db"),
    OVS_SYSCONFDIR: at("etc"),
    OVS_CTL_TIMEOUT: "10",
  };
  for (const name of ["run", "log", "db", "etc"]) mkdirSync(at(name));
  const run = (extra, name, ...args) =>
    // (as it starts itself: a cache made under other flags of Node's would be refused)
    spawnSync(bin(name), args, {
      env: { ...env, ...extra },
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
      timeout: 30_000,
    });
  const fill = { CODE_CACHE: "1" };
  const started = [];
  const start = (name, ...args) => {
    started.unshift(name);
    return run(fill, name, "--detach", "--no-chdir", "--pidfile", "-vconsole:off", ...args);
  };
  const end = (name) => {
    const file = at(`run/${name}.pid`);
    if (!existsSync(file)) return;
    const pid = Number(readFileSync(file, "utf8"));
    run({}, "ovs-appctl", "-t", name, "exit");
    for (let tries = 0; existsSync(`/proc/${pid}`); tries++) {
      if (tries === 100) process.kill(pid, "SIGKILL");
      pause(50);
    }
  };
  try {
    const steps = [
      run(fill, "ovsdb-tool", "create", at("db/conf.db"), path.join(root, "share/openvswitch/vswitch.ovsschema")),
      start("ovsdb-server", `--remote=punix:${at("run/db.sock")}`, at("db/conf.db")),
      start("ovs-vswitchd", "--enable-dummy=override", `unix:${at("run/db.sock")}`),
      run({}, "ovs-vsctl", "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=dummy"),
      start("ovs-controller", "punix:controller"),
    ];
    const failed = steps.find(({ status }) => status !== 0);
    if (failed) return `code caches: ${failed.stderr}`;
    for (const { name, quick = [] } of rows) for (const args of quick) run(fill, name, ...args);
    return undefined;
  } finally {
    for (const name of started) end(name);
    rmSync(folder, { recursive: true, force: true });
  }
}
