import { programName } from "@vswitch/cli-kit";
import { runDaemon } from "@vswitch/daemon-kit";
import { defaults, OPTIONS, settleQueues, takeOption } from "./config.ts";
import { Controller } from "./controller.ts";
import { errors } from "./errors.ts";
import { usage } from "./usage.ts";

const config = defaults();
const called = programName();
const program = called.startsWith("ovs-") ? called : "ovs-controller";

void runDaemon({
  program,
  usage: () => usage(program),
  versionTail: "OpenFlow versions 0x1:0x6\n",
  options: OPTIONS,
  option: (found) => takeOption(config, found),
  check(args) {
    if (!args.length) throw errors.make("controller/no-method", {});
  },
  async start({ args, clock, ssl, exit }) {
    for (const line of settleQueues(config)) process.stderr.write(`${program}: ${line}\n`);
    const controller = new Controller(config, clock, ssl, () => void exit(0));
    for (const name of args) await controller.add(name);
    if (controller.isIdle) throw errors.make("controller/no-connection", {});
    return { stop: () => controller.stop() };
  },
});
