import type { ControlCommand } from "@vswitch/core/jsonrpc";
import type { SwitchDaemon } from "../daemon.ts";
import { dpctlCommands } from "./dpctl.ts";
import { netdevDummyCommands } from "./netdev-dummy.ts";
import { qosCommands } from "./qos.ts";

/** Everything that `ovs-appctl` can ask of this daemon beyond what every daemon answers. */
export function controlCommands({ ofproto, platform, reconciler }: SwitchDaemon): readonly ControlCommand[] {
  const settle = () => ofproto.settle();
  const hasInterface = (name: string) =>
    [...reconciler.bridges.values()].some(({ interfaces }) => interfaces.has(name));
  return [
    ...ofproto
      .commands()
      .map(({ name, usage, minArgs, maxArgs, run }) => ({ name, usage, min: minArgs, max: maxArgs, run })),
    ...dpctlCommands({ clock: platform.clock, datapaths: () => [...platform.datapaths.values()] }),
    ...(platform.dummies ? netdevDummyCommands(platform.dummies, settle) : []),
    ...qosCommands(hasInterface),
  ];
}
