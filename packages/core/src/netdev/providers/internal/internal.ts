import type { NetdevProvider } from "../../netdev.ts";
import type { Host } from "../linux/index.ts";
import { tapNetdevs } from "../tap/index.ts";

/** Local ports of bridges and internal ports: taps that the host uses like any interface. */
export const internalNetdevs = (host: Host): NetdevProvider => tapNetdevs(host, ["internal"]);
