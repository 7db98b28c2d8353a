import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ControlClient } from "@vswitch/core/jsonrpc";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { pidfileOwner } from "./pidfile.ts";

// The whole of it, on real processes: a tiny daemon is built and run with files of its own. No root is needed.
const root = path.resolve(import.meta.dirname, "../../..");
const binary = path.join(root, "node_modules/.cache/daemon-kit", `fixture-${process.pid}.cjs`);
let run = "";
const env = () => ({ ...process.env, OVS_RUNDIR: run, OVS_LOGDIR: run });

beforeAll(async () => {
  await build({
    entryPoints: [path.join(import.meta.dirname, "fixture-daemon.ts")],
    outfile: binary,
    bundle: true,
    platform: "node",
    format: "cjs",
    conditions: ["source"],
    external: ["koffi"],
    define: { "import.meta.url": "undefined" },
    logLevel: "silent",
  });
});
afterAll(() => rmSync(binary, { force: true }));
beforeEach(() => {
  run = mkdtempSync(`${tmpdir()}/daemon-`);
});
afterEach(() => {
  // a test that failed must not leave its daemon
  if (existsSync(pidfile()) && pidfileOwner(pidfile()) !== undefined) process.kill(pid(), "SIGKILL");
  rmSync(run, { recursive: true });
});

const start = (...args: string[]) =>
  spawnSync(process.execPath, [binary, "--pidfile", "--remote=punix:db.sock", ...args], {
    env: env(),
    encoding: "utf8",
  });
const pidfile = () => `${run}/ovsdb-server.pid`;
const pid = () => Number(readFileSync(pidfile(), "utf8"));
const until = async (what: () => boolean) => {
  for (let i = 0; i < 100 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(what()).toBe(true);
};
const alive = (one: number) => spawnSync("kill", ["-0", String(one)]).status === 0;
const call = async (command: string, ...args: string[]) => {
  const client = await ControlClient.connect(`${run}/ovsdb-server.${pid()}.ctl`);
  try {
    return await client.call(command, args);
  } finally {
    client.close();
  }
};

it("detaches once it serves, holds its pidfile, and leaves nothing behind at exit", async () => {
  const { status, stderr } = start("-vconsole:off", "--detach", "--no-chdir", "--log-file");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const daemon = pid();
  expect(pidfileOwner(pidfile())).toBe(daemon);
  expect(readFileSync(`/proc/${daemon}/comm`, "utf8")).toBe("ovsdb-server\n");
  expect(readdirSync(run).sort()).toEqual([
    "db.sock",
    `ovsdb-server.${daemon}.ctl`,
    "ovsdb-server.log",
    "ovsdb-server.pid",
  ]);
  expect(start("--detach", "-vconsole:off")).toMatchObject({
    status: 1,
    stderr: `ovsdb-server: ${pidfile()}: already running as pid ${daemon}, aborting\n`,
  });
  expect(await call("memory/show")).toEqual({ ok: true, text: "remotes:1\n" });
  expect(await call("coverage/read-counter", "nothing")).toEqual({ ok: false, text: "No such counter\n" });
  expect(await call("exit")).toEqual({ ok: true, text: "" });
  await until(() => !alive(daemon));
  expect(readdirSync(run)).toEqual(["ovsdb-server.log"]);
});

it("comes back after a crash under a monitor, and goes with it at exit", async () => {
  expect(start("--detach", "--monitor", "--log-file", "-vconsole:off").status).toBe(0);
  const first = pid();
  process.kill(first, "SIGSEGV");
  await until(() => !alive(first) && existsSync(pidfile()) && pid() !== first && pidfileOwner(pidfile()) === pid());
  const second = pid();
  await until(() => existsSync(`${run}/ovsdb-server.${second}.ctl`));
  expect((await call("version")).ok).toBe(true);
  await call("exit");
  await until(() => /exit status 0, exiting/.test(readFileSync(`${run}/ovsdb-server.log`, "utf8")));
  const lines = readFileSync(`${run}/ovsdb-server.log`, "utf8");
  expect(lines).toContain(
    `daemon_unix(monitor)|ERR|1 crashes: pid ${first} died, killed (Segmentation fault), restarting\n`,
  );
  expect(lines).toContain(`daemon_unix(monitor)|INFO|pid ${second} died, exit status 0, exiting\n`);
});

it("survives an event that a bug spoiled, not a storm of them", async () => {
  expect(start("--detach", "--log-file", "-vconsole:off").status).toBe(0);
  const daemon = pid();
  await call("spoil");
  expect((await call("version")).ok).toBe(true);
  expect(readFileSync(`${run}/ovsdb-server.log`, "utf8")).toMatch(
    /daemon_unix\|ERR\|internal error: Error: nobody caught this/,
  );
  for (let i = 0; i < 30 && alive(daemon); i++) await call("spoil").catch(() => {});
  await until(() => !alive(daemon));
  expect(readFileSync(`${run}/ovsdb-server.log`, "utf8")).toMatch(/daemon_unix\|EMER\|crashed: /);
});

it("dies of SIGTERM in the foreground, its files removed", async () => {
  const child: ChildProcess = spawn(process.execPath, [binary, "--pidfile", "--remote=punix:db.sock"], {
    env: env(),
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => child.on("exit", (_code, signal) => resolve(signal)));
  await until(() => existsSync(`${run}/db.sock`) && existsSync(pidfile()));
  expect(pid()).toBe(child.pid);
  child.kill("SIGTERM");
  expect(await ended).toBe("SIGTERM");
  expect(readdirSync(run)).toEqual([]);
});

it.each([
  [["-vfoo"], 'ovsdb-server: processing "foo": no destination, level, or module "foo"\n'],
  [["--bad"], "ovsdb-server: unrecognized option '--bad'\n"],
  [
    ["--pidfile=/nonexistent/x.pid"],
    "ovsdb-server: /nonexistent/x.pid.tmp: create failed (No such file or directory)\n",
  ],
])("refuses %j before it detaches", (args, stderr) => {
  expect(start("--detach", "-vconsole:off", ...args)).toMatchObject({ status: 1, stderr });
});
