/** Packets that travel in messages: packet-in and packet-out. */
import { extract, formatFlow, formatMatch, MAX_VLAN_TAGS, newKey, PacketOffsets, WORD } from "#flow";
import { toHex } from "#lib";
import { hexdump } from "#wire";
import type { Continuation, Message, PacketIn } from "../../message.ts";
import { formatActions } from "../actions/index.ts";
import { PACKET_IN_REASONS } from "../actions/output.ts";
import { formatTable, type TextContext } from "../context.ts";

/** Checksum of the transport header: its name and where it stands behind the start of that header. */
const CHECKSUMS: Readonly<Record<number, readonly [name: string, at: number, octets: number]>> = {
  1: ["icmp", 2, 2],
  6: ["tcp", 16, 2],
  17: ["udp", 6, 2],
  58: ["icmp", 2, 2],
  132: ["sctp", 8, 4],
};

/** A packet in one line: its flow and the checksum that it carries. */
export function formatPacket(packet: Uint8Array): string {
  const key = newKey();
  const offsets = new PacketOffsets();
  extract(packet, 0, packet.length, key, offsets, MAX_VLAN_TAGS);
  const { l4, end } = offsets;
  let text = formatFlow(key);
  const proto = (key[WORD.ip] as number) >>> 24;
  const ip = key[WORD.ethType] === 0x0800 || key[WORD.ethType] === 0x86dd;
  const checksum = ip && l4 >= 0 ? CHECKSUMS[proto] : undefined;
  if (checksum && end >= l4 + checksum[1] + checksum[2]) {
    const [name, at, octets] = checksum;
    const value = toHex(packet.subarray(l4 + at, l4 + at + octets)).replace(/^0+(?=.)/, "");
    text += ` ${name}_csum:${value}`;
  }
  return `${text}\n`;
}

/** A packet-in after its title. @param verbosity the packet's line from 1 on, its octets from 3 on */
export function formatPacketIn(p: PacketIn, context: TextContext, verbosity: number): string {
  let text = "";
  if (p.table) text += ` table_id=${formatTable(p.table, context)}`;
  if (p.cookie !== 0xffff_ffff_ffff_ffffn) text += ` cookie=0x${p.cookie.toString(16)}`;
  text += ` total_len=${p.totalLength} ${formatMatch(p.metadata, { ports: context.ports })}`;
  text += ` (via ${PACKET_IN_REASONS[p.reason] ?? p.reason})`;
  text += ` data_len=${p.packet.length}`;
  if (p.bufferId === 0xffffffff) {
    text += " (unbuffered)";
    if (p.totalLength !== p.packet.length) text += " (***total_len != data_len***)";
  } else {
    text += ` buffer=0x${p.bufferId.toString(16).padStart(8, "0")}`;
    if (p.totalLength < p.packet.length) text += " (***total_len < data_len***)";
  }
  text += "\n";
  if (p.userdata?.length) text += ` userdata=${toHex(p.userdata, ".")}\n`;
  if (p.continuation) text += formatContinuation(p.continuation, context);
  if (verbosity > 0) text += formatPacket(p.packet);
  if (verbosity > 2) text += hexdump(p.packet, false);
  return text;
}

/** A continuation, a line for each thing that it has. */
function formatContinuation(c: Continuation, context: TextContext): string {
  const lines: string[] = [];
  if (c.bridge !== undefined) lines.push(`bridge=${c.bridge}`);
  if (c.stack.length) {
    const values = c.stack.map((octets) => `0x${toHex(octets).replace(/^0+(?=.)/, "")}`);
    lines.push(`stack=(top) ${values.join(" ")} (bottom)`);
  }
  if (c.mirrors) lines.push(`mirrors=0x${c.mirrors.toString(16)}`);
  if (c.conntracked) lines.push("conntracked=true");
  if (c.steps.length) {
    const steps = c.steps.map(
      ({ table, cookie, actions }) =>
        `unroll_xlate(table=${table}, cookie=${cookie}),${formatActions(actions, context)}`,
    );
    lines.push(`actions=${steps.join(",")}`);
  }
  if (c.actionSet.length) lines.push(`action_set=${formatActions(c.actionSet, context)}`);
  if (c.dpPort !== undefined) lines.push(`odp_port=${c.dpPort}`);
  return lines.map((line) => ` continuation.${line}\n`).join("");
}

/** A packet_out behind its name; with -m the packet taken apart, with -mmm its octets too. */
export function formatPacketOut(
  p: Extract<Message, { type: "packet_out" }>,
  context: TextContext,
  verbosity: number,
): string {
  let text = ` ${formatMatch(p.metadata, { ports: context.ports })} actions=${formatActions(p.actions, context)}`;
  if (p.bufferId !== 0xffffffff) return `${text} buffer=0x${p.bufferId.toString(16).padStart(8, "0")}\n`;
  text += ` data_len=${p.packet.length}`;
  if (verbosity === 0 || !p.packet.length) return `${text}\n`;
  text += `\n${formatPacket(p.packet)}`;
  return verbosity > 2 ? text + hexdump(p.packet, false) : text;
}
