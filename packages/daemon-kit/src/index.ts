export type { MemoryReport } from "./commands.ts";
export { describeEnd } from "./family.ts";
export { defaultLogFile, LogOutputs } from "./logging.ts";
export { DAEMON_OPTIONS } from "./options.ts";
export { type Pidfile, pidfileOwner } from "./pidfile.ts";
export { type Daemon, type DaemonProgram, type Running, runDaemon } from "./run.ts";
export { daemonUsage, streamUsage, vlogUsage } from "./usage.ts";
