import type { Datapath } from "@vswitch/core/datapath";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import type { SwitchDaemon } from "../daemon.ts";
import { conntrackCommands } from "./conntrack.ts";
import type { DpctlSource } from "./dpctl.ts";
import { dpctlCommands } from "./dpctl-commands.ts";
import { dpifDummyCommands } from "./dpif-dummy.ts";
import { dpifNetdevCommands } from "./dpif-netdev.ts";
import { netdevDummyCommands } from "./netdev-dummy.ts";
import { protocolCommands } from "./protocols.ts";
import { qosCommands } from "./qos.ts";

/** Everything that `ovs-appctl` can ask of this daemon beyond what every daemon answers. */
export function controlCommands({ ofproto, platform, polling, reconciler }: SwitchDaemon): readonly ControlCommand[] {
  const settle = () => ofproto.settle();
  const hasInterface = (name: string) =>
    [...reconciler.bridges.values()].some(({ interfaces }) => interfaces.has(name));
  /** The bridge that a port of a datapath belongs to, and the interface that it is there. */
  const owner = (datapath: Datapath, name: string) => {
    if (datapath.name !== `ovs-${datapath.type}`) return undefined;
    for (const [bridge, { desired, interfaces }] of reconciler.bridges) {
      const actual = interfaces.get(name);
      if (desired.config.datapathType === datapath.type && actual?.ofport !== undefined) return { bridge, actual };
    }
    return undefined;
  };
  const dpctl: DpctlSource = {
    clock: platform.clock,
    held: platform.datapaths,
    datapaths: () => platform.datapaths.all().map(({ datapath }) => datapath),
    netdev: (datapath, { name }) => platform.datapaths.netdev(datapath, name) ?? owner(datapath, name)?.actual.netdev,
    async takePort(datapath, { name }) {
      const found = owner(datapath, name);
      if (found) await reconciler.takePort(found.bridge, name);
      return found !== undefined;
    },
  };
  const conntrack = conntrackCommands(dpctl);
  return [
    ...ofproto
      .commands()
      .map(({ name, usage, minArgs, maxArgs, run }) => ({ name, usage, min: minArgs, max: maxArgs, run })),
    ...dpctlCommands(dpctl, conntrack),
    ...dpifNetdevCommands({
      datapaths: () => dpctl.datapaths().filter(({ type }) => type === "netdev" || platform.isDummy(type)),
      polling: ({ name }) => polling.model(name),
    }),
    ...(platform.dummies ? netdevDummyCommands(platform.dummies, settle) : []),
    ...(platform.dummies
      ? dpifDummyCommands({
          datapaths: () => dpctl.datapaths(),
          renumbered: (datapath, from, to) => ofproto.renumbered(datapath, from, to),
        })
      : []),
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
