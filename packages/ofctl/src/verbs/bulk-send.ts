/** Sends flow mods, few or a hundred thousand. */
import { command } from "../exchange.ts";
import type { FlowMod } from "../openflow.ts";
import type { Connection } from "../vconn.ts";

/** So many go one by one, each with a barrier, so that nothing is sent behind one that fails. */
const CAREFUL = 64;
/** Flow mods between two barriers when there are more. */
const BATCH = 500;

/** An add that leaves the table open means table 0 where the version must name one. */
function settled(mod: FlowMod, connection: Connection): FlowMod {
  return mod.command === "add" && mod.table === 255 && connection.version > 1 ? { ...mod, table: 0 } : mod;
}

/** The first error that comes back is printed and ends the program. */
export async function sendFlowMods(connection: Connection, mods: readonly FlowMod[]): Promise<void> {
  const step = mods.length <= CAREFUL ? 1 : BATCH;
  for (let at = 0; at < mods.length; at += step) {
    const batch = mods.slice(at, at + step).map((mod) => connection.encode(settled(mod, connection)));
    await command(connection, ...batch);
  }
}

export { settled };
