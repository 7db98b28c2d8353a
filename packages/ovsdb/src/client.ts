// ovsdb-client: asks database servers.
import { alarm, fail, loadPart, runTimeLimit, writeAll } from "@vswitch/cli-kit";
import { setLogSink, vlog } from "@vswitch/core/lib";
import { unlinkSockets } from "@vswitch/core/stream";
import { PROGRAM, readRequest, resolve } from "./client-request.ts";
import type { stay as Stay } from "./client-stay.ts";

const end = (error: unknown): never => fail(PROGRAM, error);

async function run(): Promise<void> {
  const request = readRequest(process.argv.slice(2));
  const { command, limit } = request;
  dieBySignals(runTimeLimit(limit), !command.background);
  if (command.background) {
    await loadPart<{ stay: typeof Stay }>("ovsdb-client-stay").stay();
    return;
  }
  await command.run(await resolve(request, end));
  // the process's end closes the connection; to close it first takes milliseconds
  if (!command.stays) process.exit(0);
}

/** Ends by a signal as C programs do, with a line; @param handled whether signals that people send are ours to handle */
function dieBySignals(seconds: number, handled: boolean): void {
  const die = (signal: NodeJS.Signals, number: number, text: string) => {
    vlog("fatal_signal").warn(`terminating with signal ${number} (${text})`);
    unlinkSockets();
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  alarm(seconds, () => die("SIGALRM", 14, "Alarm clock"));
  if (!handled) return;
  process.on("SIGTERM", () => die("SIGTERM", 15, "Terminated"));
  process.on("SIGINT", () => die("SIGINT", 2, "Interrupt"));
}

let lines = 0;
setLogSink("console", ({ module, level, text }) => {
  const number = String(++lines).padStart(5, "0");
  writeAll(2, `${new Date().toISOString().slice(0, 19)}Z|${number}|${module}|${level.toUpperCase()}|${text}\n`);
});
run().catch(end);
