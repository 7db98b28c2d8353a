import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
/** The programs under test and the reference's; OpenFlow is spoken by the reference's client to both. */
export const SUITES = {
  reference: { bin: "/usr/bin:/usr/sbin", schema: "/usr/share/openvswitch/vswitch.ovsschema" },
  ours: { bin: path.join(root, "bin"), schema: path.join(root, "share/openvswitch/vswitch.ovsschema") },
};
const SYSTEM = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** One switch daemon of a suite with a database of its own, on dummy devices. */
export class Side {
  /** `appctl(METHOD, ARGS)`: one unixctl command on the daemon's socket. */
  appctl;

  constructor(name) {
    this.name = name;
    this.folder = mkdtempSync(path.join(tmpdir(), `fuzz-${name}-`));
    const at = (part) => path.join(this.folder, part);
    for (const part of ["run", "log", "db", "etc"]) mkdirSync(at(part));
    const { bin } = SUITES[name];
    this.env = {
      PATH: `${bin}:${SYSTEM}`,
      LANG: "C.UTF-8",
      TZ: "UTC",
      HOME: this.folder,
      OVS_RUNDIR: at("run"),
      OVS_LOGDIR: at("log"),
      OVS_DBDIR: at("db"),
      OVS_SYSCONFDIR: at("etc"),
    };
    this.pids = [];
  }

  /** Runs a program of this side's suite; resolves to all that it printed. */
  run(program, args) {
    return new Promise((resolve) => {
      const child = execFile(program, args, { env: this.env, maxBuffer: 1 << 26 }, (error, out, err) =>
        resolve(`${out}${err}${error ? `-> ${error.code}\n` : ""}`),
      );
      child.stdin?.end();
    });
  }

  /** The reference's ovs-ofctl on this side's switch. */
  ofctl(args) {
    return new Promise((resolve) => {
      const child = execFile("/usr/bin/ovs-ofctl", args, { env: this.env, maxBuffer: 1 << 26 }, (error, out, err) =>
        resolve(`${out}${err}${error ? `-> ${error.code}\n` : ""}`),
      );
      child.stdin?.end();
    });
  }

  /** The reference's ovs-vsctl on this side's database; waits until the switch has done as told. */
  vsctl(args) {
    return this.run("/usr/bin/ovs-vsctl", [`--db=unix:${this.folder}/run/db.sock`, ...args]);
  }

  async start(commands) {
    const { schema } = SUITES[this.name];
    await this.run("ovsdb-tool", ["create", `${this.folder}/db/conf.db`, schema]);
    this.#daemon("ovsdb-server", [
      "--pidfile",
      `--remote=punix:${this.folder}/run/db.sock`,
      "--log-file",
      "-vconsole:off",
      `${this.folder}/db/conf.db`,
    ]);
    await until(() => exists(`${this.folder}/run/db.sock`));
    await this.run("ovs-vsctl", ["--no-wait", "init"]);
    this.#daemon("ovs-vswitchd", [
      "--pidfile",
      "--enable-dummy=override",
      "--log-file",
      "-vconsole:off",
      `unix:${this.folder}/run/db.sock`,
    ]);
    await until(() => exists(`${this.folder}/run/ovs-vswitchd.pid`));
    for (const command of commands) {
      const said = await this.vsctl(command);
      if (said.includes("->")) throw new Error(`${this.name}: ${said}`);
    }
    const pid = readFileSync(`${this.folder}/run/ovs-vswitchd.pid`, "utf8").trim();
    this.appctl = await control(`${this.folder}/run/ovs-vswitchd.${pid}.ctl`);
  }

  #daemon(program, args) {
    const child = spawn(program, args, { env: this.env, stdio: ["ignore", "ignore", "inherit"] });
    this.pids.push(child);
  }

  /** A file that both programs and daemons of this side may read. */
  file(name, text) {
    const file = path.join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  log() {
    return readFileSync(`${this.folder}/log/ovs-vswitchd.log`, "utf8").split("\n").slice(-8).join("\n");
  }

  stop() {
    for (const child of this.pids) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Connects to a daemon's control socket; the function asks one command after the other and resolves to answers. */
export async function control(file) {
  await until(() => exists(file));
  const waiting = [];
  let buffer = "";
  let socket = net.connect(file);
  await new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  socket.on("close", () => {
    for (const answer of waiting.splice(0)) answer("(the daemon closed the connection)\n");
    socket = undefined;
  });
  socket.on("data", (chunk) => {
    buffer += chunk.toString("utf8");
    for (let end = objectEnd(buffer); end > 0; end = objectEnd(buffer)) {
      const { result, error } = JSON.parse(buffer.slice(0, end));
      buffer = buffer.slice(end);
      waiting.shift()?.(error === null || error === undefined ? result : `${error}-> 2\n`);
    }
  });
  return (method, params = []) =>
    new Promise((resolve) => {
      if (!socket) return resolve("(no daemon)\n");
      waiting.push(resolve);
      return socket.write(JSON.stringify({ id: 0, method, params }));
    });
}

/** Where the first whole JSON object of a text ends; 0: it is not all there yet. */
function objectEnd(text) {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (letter === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++;
    } else if (letter === "{") depth++;
    else if (letter === "}" && --depth === 0) return i + 1;
  }
  return 0;
}

const exists = (file) => {
  try {
    readFileSync(file);
    return true;
  } catch (error) {
    return error.code === "ENXIO";
  }
};

export async function until(true_, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  while (!true_()) {
    if (Date.now() > end) throw new Error("timed out");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
