/** The smallest daemon, for run.test.ts: it listens where --remote says. */

import { SwitchError, vlog } from "@vswitch/core/lib";
import { listenStream } from "@vswitch/core/stream";
import { daemonUsage, runDaemon, vlogUsage } from "./index.ts";

const PROGRAM = "ovsdb-server";

runDaemon({
  program: PROGRAM,
  usage: () => `${PROGRAM}: a test\n${daemonUsage(PROGRAM)}${vlogUsage(PROGRAM)}`,
  options: [{ name: "remote", value: "required" }, { name: "enable-dummy" }],
  dummyTime: () => process.argv.includes("--enable-dummy"),
  async start({ options, control }) {
    const remotes = options.filter(({ key }) => key === "remote").map(({ value }) => value ?? "");
    const open = await Promise.all(remotes.map((remote) => listenStream(remote, {}, (stream) => stream.close())));
    if (remotes.includes("ptcp:bad")) throw new SwitchError("test", "cannot start");
    control.add({
      name: "crash",
      usage: "",
      min: 0,
      max: 0,
      run: () => String(process.kill(process.pid, "SIGSEGV")),
    });
    control.add({
      name: "spoil",
      usage: "",
      min: 0,
      max: 0,
      run() {
        setImmediate(() => JSON.parse("{"));
        void Promise.reject(new Error("nobody caught this"));
        return "";
      },
    });
    vlog("ovsdb_server").info(`${PROGRAM} (Open vSwitch) 3.1.0`);
    return {
      stop() {
        for (const one of open) one.close();
      },
      memory: () => ({ remotes: open.length }),
    };
  },
});
