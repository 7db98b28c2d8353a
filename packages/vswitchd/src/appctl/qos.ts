import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { errors } from "./errors.ts";

/** `qos/*`, for a daemon that shapes nothing yet: it tells of each interface that it has none. */
export function qosCommands(hasInterface: (name: string) => boolean): readonly ControlCommand[] {
  const known = (name = "") => {
    if (!hasInterface(name)) throw errors.make("qos/no-interface", {});
    return name;
  };
  return [
    { name: "qos/show", usage: "interface", min: 1, max: 1, run: ([name]) => `QoS not configured on ${known(name)}\n` },
    {
      name: "qos/show-types",
      usage: "interface",
      min: 1,
      max: 1,
      run: ([name]) => `No QoS types supported for interface: ${known(name)}\n`,
    },
  ];
}
