import { formatIp, type IpAddress, isIpv4Mapped, parseIp } from "#packet";
import { type Entry, shownLength } from "#route";
import type { Command } from "../command.ts";
import { failure } from "../errors.ts";
import type { Ofproto } from "../ofproto.ts";

/** `IP/LEN` or a bare address: the address and its length of 128 bits; undefined when it is neither. */
function parsePrefix(text: string): { readonly prefix: IpAddress; readonly length: number } | undefined {
  const [, address = "", bits] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? [];
  const ip = parseIp(address);
  if (ip === undefined) return undefined;
  const width = isIpv4Mapped(ip) ? 32 : 128;
  const length = bits === undefined ? width : Number(bits);
  if (length > width) return undefined;
  return { prefix: ip, length: length + 128 - width };
}

/** The number behind `pkt_mark=`; undefined when the word is something else. */
function parseMark(text: string): number | undefined {
  const [, digits] = /^pkt_mark=(\d+)/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(BigInt(digits) & 0xffffffffn);
}

function describe({ prefix, length, device, gateway, mark, source, isLocal, isUser }: Entry): string {
  const address = `${formatIp(prefix)}/${shownLength(prefix, length)}`;
  const parts = [`${isUser ? "User" : "Cached"}: ${address}`];
  if (mark !== 0) parts.push(`MARK ${mark}`);
  parts.push(`dev ${device}`);
  if (gateway !== 0n) parts.push(`GW ${formatIp(gateway)}`);
  parts.push(`SRC ${formatIp(source)}`);
  return `${parts.join(" ")}${isLocal ? " local" : ""}\n`;
}

function add({ underlay }: Ofproto, [to = "", device = "", ...rest]: readonly string[]): string {
  const prefix = parsePrefix(to);
  if (!prefix) throw failure("Invalid parameters");
  let mark = 0;
  let gateway = 0n;
  for (const word of rest) {
    const found = parseMark(word);
    const ip = found === undefined ? parseIp(word) : undefined;
    if (found !== undefined) mark = found;
    else if (ip !== undefined && isIpv4Mapped(ip) === isIpv4Mapped(prefix.prefix)) gateway = ip;
    else throw failure("Invalid pkt_mark or gateway");
  }
  if (!underlay.routes.add({ ...prefix, device, gateway, mark, source: 0n }))
    throw failure("Error while inserting route.");
  return "OK\n";
}

function remove({ underlay }: Ofproto, [to = "", word]: readonly string[]): string {
  const prefix = parsePrefix(to);
  if (!prefix) throw failure("Invalid parameters");
  const mark = word === undefined ? 0 : parseMark(word);
  if (mark === undefined) throw failure("Invalid pkt_mark");
  if (!underlay.routes.remove({ ...prefix, mark })) throw failure("Not found");
  return "OK\n";
}

function lookup({ underlay }: Ofproto, [to = "", word]: readonly string[]): string {
  const destination = parseIp(to);
  if (destination === undefined) throw failure("Invalid parameters");
  const mark = word === undefined ? 0 : parseMark(word);
  if (mark === undefined) throw failure("Invalid pkt_mark");
  const found = underlay.routes.lookup(destination, mark);
  if (!found) throw failure("Not found");
  return `src ${formatIp(found.source)}\ngateway ${formatIp(found.gateway)}\ndev ${found.device}\n`;
}

/** `ovs/route/*`. */
export const routeCommands = (ofproto: Ofproto): readonly Command[] => [
  {
    name: "ovs/route/add",
    usage: "ip_addr/prefix_len out_br_name [gw] [pkt_mark=mark]",
    minArgs: 2,
    maxArgs: 4,
    run: (args) => add(ofproto, args),
  },
  {
    name: "ovs/route/del",
    usage: "ip_addr/prefix_len [pkt_mark=mark]",
    minArgs: 1,
    maxArgs: 2,
    run: (args) => remove(ofproto, args),
  },
  {
    name: "ovs/route/lookup",
    usage: "ip_addr [pkt_mark=mark]",
    minArgs: 1,
    maxArgs: 2,
    run: (args) => lookup(ofproto, args),
  },
  {
    name: "ovs/route/show",
    usage: "",
    minArgs: 0,
    maxArgs: 0,
    run: () => `Route Table:\n${ofproto.underlay.routes.entries().map(describe).join("")}`,
  },
];
