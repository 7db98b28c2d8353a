// ovsdb-client wait: ends when a database is there, connected, or gone.
import { isJsonObject, type Json, RpcSession } from "@vswitch/core/jsonrpc";
import { systemClock } from "@vswitch/core/lib";
import { schemaFromJson } from "@vswitch/core/ovsdb";
import type { ClientContext } from "./client-commands.ts";
import { toolError } from "./command.ts";

const STATES = ["added", "connected", "removed"];

/** ovsdb-client's wait: returns when the database is in the state asked for. */
export async function waitFor({ args, server, ssl }: ClientContext): Promise<void> {
  const [database = "", state = ""] = args;
  if (!STATES.includes(state)) throw toolError(`${state}: unknown state`);
  await new Promise<void>((resolve) => {
    const rows = new Map<string, { name: string; connected: boolean }>();
    const check = () => {
      const found = [...rows.values()].find(({ name }) => name === database);
      const reached = state === "removed" ? !found : state === "added" ? found : found?.connected;
      if (reached) resolve();
    };
    const take = (updates: Json | undefined) => {
      const table = isJsonObject(updates) ? updates["Database"] : undefined;
      for (const [uuid, update] of Object.entries(isJsonObject(table) ? table : {})) {
        const now = isJsonObject(update) ? update["new"] : undefined;
        if (isJsonObject(now)) rows.set(uuid, { name: String(now["name"]), connected: now["connected"] === true });
        else rows.delete(uuid);
      }
      check();
    };
    const session = new RpcSession(
      server,
      {
        connected(peer) {
          const request = { Database: { columns: ["name", "connected"] } };
          void peer
            .call("get_schema", ["_Server"])
            .then(schemaFromJson)
            .then(() => peer.call("set_db_change_aware", [true]))
            .then(() => peer.call("monitor", ["_Server", null, request]))
            .then((reply) => {
              rows.clear();
              take(reply);
            })
            .catch(() => peer.abort());
        },
        notification(method, params) {
          if (method === "update") take(params[1]);
        },
      },
      { clock: systemClock, open: { defaultPort: 6640, ssl } },
    );
    void session;
  });
  process.exit(0);
}
