import path from "node:path";
import { dummyCores, tellCores } from "@vswitch/core/datapath";
import { FEATURES, UserspaceDatapath } from "@vswitch/core/datapath/providers/userspace";
import { dir } from "@vswitch/core/lib";
import { warmUp } from "@vswitch/core/ofproto";
import { type DaemonProgram, runDaemon } from "@vswitch/daemon-kit";
import { controlCommands } from "./appctl/index.ts";
import { SwitchDaemon } from "./daemon.ts";
import { errors } from "./errors.ts";
import { machineCores } from "./numa.ts";
import { type DummyMode, dummyMode } from "./platform.ts";
import { Database } from "./store.ts";
import { usage } from "./usage.ts";

const PROGRAM = "ovs-vswitchd";
/** Options that ask for what this daemon has no use for; taken, as scripts give them. */
const ACCEPTED = ["mlockall", "disable-system", "disable-system-route", "dpdk", "enable-of14"];

let dummy: DummyMode = "off";
let dummyNodes: string | undefined;

const program: DaemonProgram = {
  program: PROGRAM,
  usage,
  versionTail: "DB Schema 8.3.1\n",
  options: [
    { name: "enable-dummy", value: "optional" },
    { name: "unixctl", value: "required" },
    ...ACCEPTED.map((name) => ({ name })),
    { name: "dummy-numa", value: "required" },
  ],
  option({ key, value }) {
    if (key === "enable-dummy") dummy = dummyMode(value);
    if (key === "dummy-numa") dummyNodes = value;
  },
  check(args) {
    if (args.length > 1) throw errors.make("vswitchd/arguments", {});
  },
  exitUsage: "[--cleanup]",
  dummyTime: () => dummy !== "off",
  async start({ args, clock, control, ssl }) {
    const cores = dummyNodes === undefined ? machineCores() : dummyCores(dummyNodes);
    tellCores(cores);
    const worker = path.join(__dirname, "../libexec/datapath-worker.cjs");
    const daemon = new SwitchDaemon({
      program: PROGRAM,
      clock,
      dummy,
      cores,
      ssl,
      rundir: dir("run"),
      openStore: (events) => new Database({ clock, remote: args[0] ?? `unix:${dir("run")}/db.sock`, ...events }),
      openUserspace: (type, name) => new UserspaceDatapath({ clock, type, name, worker }),
    });
    // While the database has yet to answer.
    setImmediate(() => void warmUp(FEATURES));
    for (const command of controlCommands(daemon)) control.add(command);
    await daemon.started;
    return {
      stop: ({ exitArgs }) => daemon.stop(exitArgs?.includes("--cleanup") ?? false),
      memory: () => daemon.memory(),
    };
  },
};

void runDaemon(program);
