import { type Message, ofError } from "#openflow";
import type { Switch } from "../switch.ts";

/** Changes a port's configuration bits. @throws OFPPMFC_BAD_PORT, OFPPMFC_BAD_HW_ADDR */
export function portMod(sw: Switch, message: Extract<Message, { readonly type: "port_mod" }>): void {
  const port = sw.port(message.port);
  if (!port) throw ofError("OFPPMFC_BAD_PORT");
  if (message.mac !== port.mac) throw ofError("OFPPMFC_BAD_HW_ADDR");
  sw.setPortConfig(port, message.config, message.mask);
}
