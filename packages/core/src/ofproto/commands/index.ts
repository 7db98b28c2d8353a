import type { Command } from "../command.ts";
import type { Ofproto } from "../ofproto.ts";
import { detraceCommands } from "./detrace.ts";
import { fdbCommands } from "./fdb.ts";
import { journeyCommands } from "./journey.ts";
import { routeCommands } from "./routes.ts";
import { showCommands } from "./show.ts";
import { traceCommands } from "./trace.ts";
import { tunnelCommands } from "./tunnels.ts";
import { upcallCommands } from "./upcall.ts";

/** Every remote command that asks the switches. */
export const switchCommands = (ofproto: Ofproto): readonly Command[] => [
  ...detraceCommands(ofproto),
  ...fdbCommands(ofproto),
  ...journeyCommands(ofproto),
  ...showCommands(ofproto),
  ...traceCommands(ofproto),
  ...tunnelCommands(ofproto),
  ...routeCommands(ofproto),
  ...upcallCommands(ofproto),
];
