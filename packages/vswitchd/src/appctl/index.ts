import type { ControlCommand } from "@vswitch/core/jsonrpc";
import type { SwitchDaemon } from "../daemon.ts";
import { conntrackCommands } from "./conntrack.ts";
import { dpctlCommands } from "./dpctl.ts";
import { netdevDummyCommands } from "./netdev-dummy.ts";
import { protocolCommands } from "./protocols.ts";
import { qosCommands } from "./qos.ts";

/** Everything that `ovs-appctl` can ask of this daemon beyond what every daemon answers. */
export function controlCommands({ ofproto, platform, reconciler }: SwitchDaemon): readonly ControlCommand[] {
  const settle = () => ofproto.settle();
  const hasInterface = (name: string) =>
    [...reconciler.bridges.values()].some(({ interfaces }) => interfaces.has(name));
  const dpctl = {
    clock: platform.clock,
    datapaths: () => [...platform.datapaths.values()],
    types: platform.datapathTypes,
  };
  const conntrack = conntrackCommands(dpctl);
  return [
    ...ofproto
      .commands()
      .map(({ name, usage, minArgs, maxArgs, run }) => ({ name, usage, min: minArgs, max: maxArgs, run })),
    ...dpctlCommands(dpctl, conntrack),
    ...conntrack,
    ...(platform.dummies ? netdevDummyCommands(platform.dummies, settle) : []),
    ...qosCommands(hasInterface),
    ...protocolCommands({
      hasBridge: (name) => reconciler.bridges.has(name),
      bonds: () =>
        [...reconciler.bridges.values()].flatMap(({ desired }) =>
          desired.ports.flatMap(({ config }) => (config.interfaces.length > 1 ? [config.name] : [])),
        ),
    }),
  ];
}
