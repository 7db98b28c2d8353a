/** ovs-openflowd: one switch without a database, as the command line describes it. */
import path from "node:path";
import { FEATURES, UserspaceDatapath } from "@vswitch/core/datapath/providers/userspace";
import { dir, vlog } from "@vswitch/core/lib";
import { warmUp } from "@vswitch/core/ofproto";
import { runDaemon } from "@vswitch/daemon-kit";
import { controlCommands } from "./appctl/index.ts";
import { SwitchDaemon } from "./daemon.ts";
import { errors } from "./errors.ts";
import { FixedConfig } from "./fixed-config.ts";
import { doors, fixedSwitch, OPENFLOWD_OPTIONS, openflowdDefaults, takeOpenflowdOption } from "./openflowd-options.ts";
import { openflowdUsage } from "./openflowd-usage.ts";
import { type DummyMode, dummyMode } from "./platform.ts";

const PROGRAM = "ovs-openflowd";
const log = vlog("openflowd");

const options = openflowdDefaults();
let dummy: DummyMode = "off";

void runDaemon({
  program: PROGRAM,
  usage: openflowdUsage,
  versionTail: "OpenFlow versions 0x1:0x6\n",
  options: OPENFLOWD_OPTIONS,
  option(found) {
    if (found.key === "enable-dummy") dummy = dummyMode(found.value);
    else takeOpenflowdOption(options, found);
  },
  check: (args) => void fixedSwitch(options, args),
  dummyTime: () => dummy !== "off",
  async start({ args, clock, control, ssl }) {
    const wanted = fixedSwitch(options, args);
    if (wanted.controllers.length === 0) {
      log.warn(`${wanted.name}: no controller is named, and none is looked for: discovery is not supported`);
    }
    const worker = path.join(__dirname, "../libexec/datapath-worker.cjs");
    const daemon = new SwitchDaemon({
      ...{ program: PROGRAM, clock, dummy, ssl, rundir: dir("run"), doors: doors(options, wanted.name) },
      openStore: (events) => new FixedConfig(wanted, events),
      openUserspace: (type, name) => new UserspaceDatapath({ clock, type, name, worker }),
    });
    setImmediate(() => void warmUp(FEATURES));
    for (const command of controlCommands(daemon)) control.add(command);
    await daemon.started;
    if (!daemon.ofproto.switchNamed(wanted.name)) {
      await daemon.stop(true);
      throw errors.make("openflowd/no-switch", { datapath: args[0] ?? "" });
    }
    // Nobody is left who would take up what it made.
    return { stop: () => daemon.stop(true), memory: () => daemon.memory() };
  },
});
