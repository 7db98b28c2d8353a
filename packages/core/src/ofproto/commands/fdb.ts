import { OFPP } from "#openflow";
import type { Command } from "../command.ts";
import { failure } from "../errors.ts";
import type { Ofproto } from "../ofproto.ts";
import type { Switch } from "../switch.ts";
import type { BundleView } from "../translate/view.ts";
import { looseNumber, switchNamed } from "./args.ts";

const MISSING = "no such bridge";

const macText = (mac: number): string =>
  mac
    .toString(16)
    .padStart(12, "0")
    .replace(/..(?=.)/g, "$&:");

/** The number that a learned port is shown by: of its first interface. */
function portText(bundle: BundleView): string {
  const port = bundle.ports[0]?.port;
  return port === OFPP.local ? "LOCAL" : String(port ?? -1);
}

function show(sw: Switch): string {
  const lines = [" port  VLAN  MAC                Age"];
  for (const entry of sw.macs.entries()) {
    const age = entry.isStatic ? "static" : String(sw.macs.age(entry)).padStart(3);
    const port = portText(entry.port).padStart(5);
    lines.push(`${port}  ${String(entry.vlan).padStart(4)}  ${macText(entry.mac)}  ${age}`);
  }
  return `${lines.join("\n")}\n`;
}

function stats(sw: Switch): string {
  const { macs } = sw;
  const { learned, expired, evicted, moved } = macs.stats;
  return `Statistics for bridge "${sw.name}":
  Current/maximum MAC entries in the table: ${macs.size}/${macs.maxSize}
  Current static MAC entries in the table : ${macs.staticSize}
  Total number of learned MAC entries     : ${learned}
  Total number of expired MAC entries     : ${expired}
  Total number of evicted MAC entries     : ${evicted}
  Total number of port moved MAC entries  : ${moved}
`;
}

function parseMac(text: string): number {
  const found =
    /^([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2})$/i.exec(text);
  if (!found) throw failure("bad MAC address");
  return found.slice(1).reduce((mac, part) => mac * 256 + Number.parseInt(part, 16), 0);
}

function add(sw: Switch, port: string, vlanText: string, macAddress: string): string {
  const vlan = looseNumber(vlanText) & 0xffff;
  const mac = parseMac(macAddress);
  const bundle = sw.portNamed(port)?.bundle;
  if (!bundle) throw failure("software error, odp port is present but no ofp port");
  const before = sw.macs.addStatic(mac, vlan, bundle);
  sw.changed();
  if (!before) return "";
  return `Overriding already existing ${before.isStatic ? "static" : "dynamic"} entry on ${portText(before.port)}\n`;
}

function forEach(ofproto: Ofproto, name: string | undefined, act: (sw: Switch) => void): void {
  if (name !== undefined) act(switchNamed(ofproto, name, MISSING));
  else for (const sw of ofproto.switches()) act(sw);
}

/** The learning tables. */
export const fdbCommands = (ofproto: Ofproto): readonly Command[] => [
  {
    name: "fdb/show",
    usage: "bridge",
    minArgs: 1,
    maxArgs: 1,
    // Senders are learned as flows are credited with their packets: what went by just now is to be seen.
    run: async ([name]) => {
      const sw = switchNamed(ofproto, name, MISSING);
      await sw.deps.backer.settle();
      return show(sw);
    },
  },
  {
    name: "fdb/stats-show",
    usage: "bridge",
    minArgs: 1,
    maxArgs: 1,
    run: ([name]) => stats(switchNamed(ofproto, name, MISSING)),
  },
  {
    name: "fdb/stats-clear",
    usage: "[bridge]",
    minArgs: 0,
    maxArgs: 1,
    run: ([name]) => {
      forEach(ofproto, name, (sw) => sw.macs.clearStats());
      return "statistics successfully cleared\n";
    },
  },
  {
    name: "fdb/flush",
    usage: "[bridge]",
    minArgs: 0,
    maxArgs: 1,
    run: ([name]) => {
      forEach(ofproto, name, (sw) => sw.flushFdb());
      return "table successfully flushed\n";
    },
  },
  {
    name: "fdb/add",
    usage: "bridge port vlan mac",
    minArgs: 4,
    maxArgs: 4,
    run: ([name, port = "", vlan = "", mac = ""]) => add(switchNamed(ofproto, name, MISSING), port, vlan, mac),
  },
  {
    name: "fdb/del",
    usage: "bridge vlan mac",
    minArgs: 3,
    maxArgs: 3,
    run: ([name, vlan = "", mac = ""]) => {
      const sw = switchNamed(ofproto, name, MISSING);
      if (!sw.macs.deleteStatic(parseMac(mac), looseNumber(vlan) & 0xffff))
        throw failure("could not find static mac entry");
      sw.changed();
      return "";
    },
  },
];
