import { formatDatapathFlow } from "#datapath/text";
import { formatIp, formatMac, parseIp, parseMac } from "#packet";
import { AGING_MAX } from "#route";
import type { Command } from "../command.ts";
import { failure } from "../errors.ts";
import type { Ofproto } from "../ofproto.ts";
import { describeTunnel } from "../tunnel/ports.ts";
import { looseNumber } from "./args.ts";

/** A datapath flow's text without the attributes that every one has. */
function endpointText(key: Uint32Array, mask: Uint32Array): string {
  return formatDatapathFlow(key, mask)
    .split(/,(?![^(]*\))/)
    .filter((part) => !/^(recirc_id|in_port|packet_type)\(/.test(part))
    .join(",");
}

function showEndpoints({ underlay }: Ofproto): string {
  return underlay
    .endpoints()
    .all()
    .map(({ name, dpPort, match }) => {
      const { key, mask } = match.expand();
      return `${name} (${dpPort}) : ${endpointText(key, mask)}\n`;
    })
    .join("");
}

const showDevices = ({ underlay }: Ofproto): string =>
  underlay
    .devices()
    .map(({ name, dpPort, refs }) => `${name} (${dpPort}) ref_cnt=${refs}\n`)
    .join("");

function showNeighbours({ underlay }: Ofproto): string {
  const lines = underlay.neighbours
    .all()
    .map(
      ({ ip, mac, bridge, isStale }) =>
        `${formatIp(ip).padEnd(46)}${formatMac(mac)}   ${bridge}${isStale ? " STALE" : ""}\n`,
    );
  return `${"IP".padEnd(46)}MAC                 Bridge\n${"=".repeat(74)}\n${lines.join("")}`;
}

function setNeighbour({ underlay }: Ofproto, [bridge = "", address = "", mac = ""]: readonly string[]): string {
  const ip = parseIp(address);
  if (ip === undefined) throw failure("bad IP address");
  const octets = parseMac(mac);
  if (octets === undefined) throw failure("bad MAC address");
  underlay.neighbours.set(bridge, ip, octets);
  return "OK\n";
}

function aging({ underlay }: Ofproto, [seconds]: readonly string[]): string {
  const { neighbours } = underlay;
  if (seconds === undefined) return `${neighbours.aging}\n`;
  const value = /^\s*\+?\d+$/.test(seconds) ? Number(seconds) : 0;
  if (value < 1 || value > AGING_MAX) throw failure("bad aging value");
  neighbours.aging = value;
  return "OK\n";
}

/** As the original: what is wrong with the numbers is told by a success. */
function sourcePorts(ofproto: Ofproto, [first, second]: readonly string[]): string {
  const { underlay } = ofproto;
  const { min, max } = underlay.sourcePorts;
  if (first === undefined || second === undefined) return `Tunnel UDP source port range: ${min}-${max}\n`;
  const isPort = (port: number) => port > 0 && port <= 0xffff;
  const [a, b] = [looseNumber(first), looseNumber(second)];
  if (!isPort(a)) return "Invalid min.\n";
  if (!isPort(b)) return "Invalid max.\n";
  underlay.sourcePorts = { min: Math.min(a, b), max: Math.max(a, b) };
  for (const { datapath } of ofproto.backers()) datapath.setTunnelSources?.(underlay.sourcePorts);
  return "OK\n";
}

function neighbourCommands(ofproto: Ofproto): readonly Command[] {
  return ["arp", "neigh"].flatMap((family) => [
    { name: `tnl/${family}/show`, usage: "", minArgs: 0, maxArgs: 0, run: () => showNeighbours(ofproto) },
    {
      name: `tnl/${family}/set`,
      usage: "BRIDGE IP MAC",
      minArgs: 3,
      maxArgs: 3,
      run: (args: readonly string[]) => setNeighbour(ofproto, args),
    },
    {
      name: `tnl/${family}/flush`,
      usage: "",
      minArgs: 0,
      maxArgs: 0,
      run: () => {
        ofproto.underlay.neighbours.flush();
        return "OK\n";
      },
    },
    {
      name: `tnl/${family}/aging`,
      usage: "[SECS]",
      minArgs: 0,
      maxArgs: 1,
      run: (args: readonly string[]) => aging(ofproto, args),
    },
  ]);
}

/** Commands of tunnels: what there are, where they end, who their neighbours are. */
export const tunnelCommands = (ofproto: Ofproto): readonly Command[] => [
  {
    name: "ofproto/list-tunnels",
    usage: "",
    minArgs: 0,
    maxArgs: 0,
    run: () =>
      ofproto
        .backers()
        .flatMap(({ tunnels }) => tunnels.all())
        .map((tunnel) => `${describeTunnel(tunnel)}\n`)
        .join(""),
  },
  {
    name: "tnl/ports/show",
    usage: "-v",
    minArgs: 0,
    maxArgs: 1,
    run: (args) => `Listening ports:\n${args.includes("-v") ? showEndpoints(ofproto) : showDevices(ofproto)}`,
  },
  {
    name: "tnl/egress_port_range",
    usage: "min max",
    minArgs: 0,
    maxArgs: 2,
    run: (args) => sourcePorts(ofproto, args),
  },
  ...neighbourCommands(ofproto),
];
