// The commands of ovsdb-client that go on until they are ended: they can detach, and listen on a control socket.
import { LOG_OPTIONS, SSL_OPTIONS, writeAll } from "@vswitch/cli-kit";
import { type ControlCommand, type Json, parseJson } from "@vswitch/core/jsonrpc";
import { SwitchError, setDefaultLevel } from "@vswitch/core/lib";
import { DAEMON_OPTIONS, runDaemon } from "@vswitch/daemon-kit";
import type { Connection } from "./client-connection.ts";
import { OWN_OPTIONS, PROGRAM, readRequest, resolve } from "./client-request.ts";
import { clientUsage } from "./usage-client.ts";

/** Runs the command of this process's command line to its end. */
export async function stay(): Promise<void> {
  const request = readRequest(process.argv.slice(2));
  const shared = new Set<string | undefined>(
    [...DAEMON_OPTIONS, ...LOG_OPTIONS, ...SSL_OPTIONS].map(({ name }) => name),
  );
  setDefaultLevel("console", "warn");
  await runDaemon({
    program: PROGRAM,
    usage: clientUsage,
    options: OWN_OPTIONS.filter(({ name }) => !shared.has(name)),
    keepFiles: [1, 2],
    async start({ control, exit }) {
      const over = (error: unknown) => {
        writeAll(2, `${PROGRAM}: ${error instanceof Error ? error.message : String(error)}\n`);
        void exit(1);
      };
      const context = await resolve(request, over, (commands) => control.add(...commands));
      await request.command.run(context);
      const { connection } = context;
      if (connection && request.command.name.startsWith("monitor")) {
        control.add(...blocking(connection), conditionChange(connection));
      }
      return { stop: () => connection?.peer.abort() };
    },
  });
}

/** Where notifications of the server go; `held` collects them while it is blocked. */
interface Notified {
  notified(method: string, params: readonly Json[]): void;
}

function blocking(connection: Notified): ControlCommand[] {
  const show = connection.notified;
  let held: Parameters<Notified["notified"]>[] | undefined;
  return [
    {
      name: "ovsdb-client/block",
      usage: "",
      min: 0,
      max: 0,
      run() {
        if (held) return "already blocking\n";
        const waiting: Parameters<Notified["notified"]>[] = [];
        held = waiting;
        connection.notified = (method, params) => waiting.push([method, params]);
        return "";
      },
    },
    {
      name: "ovsdb-client/unblock",
      usage: "",
      min: 0,
      max: 0,
      run() {
        if (!held) return "already unblocked\n";
        const waiting = held;
        held = undefined;
        connection.notified = show;
        for (const [method, params] of waiting) show(method, params);
        return "";
      },
    },
  ];
}

/** Narrows or widens what is watched of a table; the server's answer is not waited for, as in the original. */
const conditionChange = (connection: Connection): ControlCommand => ({
  name: "ovsdb-client/cond_change",
  usage: "TABLE COND",
  min: 2,
  max: 2,
  run([table = "", condition = ""]) {
    try {
      const change = { [table]: [{ where: parseJson(condition) }] };
      connection.peer.call("monitor_cond_change", [null, null, change]).catch(() => {});
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
    }
    return "condition changed\n";
  },
});
