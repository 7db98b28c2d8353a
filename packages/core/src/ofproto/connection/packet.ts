import { extract, type FlowKey, type FlowMask, type Match, newKey, newMask, WORD } from "#flow";
import { type Message, OFPP, ofError } from "#openflow";
import { applyEffects, type EffectSink } from "../effect.ts";
import type { Switch } from "../switch.ts";
import { translate } from "../translate/translate.ts";
import { checkedActions } from "./flow-mods.ts";

type PacketOut = Extract<Message, { type: "packet_out" }>;

const NO_DP_PORT = 0xffffffff;

/** Runs a controller's actions on its packet (OpenFlow 1.3.5 §7.3.7). Throws the OpenFlow error to send. */
export function packetOut(sw: Switch, message: PacketOut, sink: EffectSink): void {
  if (message.bufferId !== 0xffffffff) throw ofError("OFPBRC_BUFFER_UNKNOWN");
  const { packet } = message;
  const key = newKey();
  if (message.packet.length < 14) throw ofError("OFPBRC_BAD_LEN");
  extract(packet, 0, packet.length, key);
  takeMetadata(key, message.metadata);
  const inPort = key[WORD.inPort] as number;
  if (inPort >= 0xff00 && inPort < OFPP.in_port) throw ofError("OFPBRC_BAD_PORT");
  const actions = checkedActions(sw, message.actions, { key, mask: newMask().fill(0xffffffff) }, 255);
  const { backer } = sw.deps;
  const made = translate(backer.request(sw, key, { actions, isPacketOut: true, packetLength: packet.length }));
  const dpKey = key.slice();
  dpKey[WORD.inPort] = sw.port(inPort)?.dpPort ?? NO_DP_PORT;
  backer.execute(packet, dpKey, made.actions);
  applyEffects(made.effects, { packets: 1, octets: packet.length, used: sw.clock.now() }, sink);
}

/** Fields that are set beside a packet: where it is to have come in, registers, tunnel. */
function takeMetadata(key: FlowKey, { key: given, mask }: Match): void {
  for (let i = 0; i < key.length; i++)
    if (mask[i]) key[i] = (((key[i] as number) & ~(mask[i] as number)) | (given[i] as number)) >>> 0;
}

/** The fields of a frozen state that a packet-in tells: all that are not 0, and where the packet came in. */
export function packetInMetadata(frozen: FlowKey): Match {
  const key = newKey();
  const mask: FlowMask = newMask();
  const take = (from: number, words: number): void => {
    let any = false;
    for (let i = from; i < from + words; i++) any ||= frozen[i] !== 0;
    if (!any) return;
    for (let i = from; i < from + words; i++) {
      key[i] = frozen[i] as number;
      mask[i] = 0xffffffff;
    }
  };
  key[WORD.inPort] = frozen[WORD.inPort] as number;
  mask[WORD.inPort] = 0xffffffff;
  take(WORD.tunId, 2);
  take(WORD.tunSrc, 1);
  take(WORD.tunDst, 1);
  take(WORD.tunIpv6Src, 4);
  take(WORD.tunIpv6Dst, 4);
  take(WORD.metadata, 2);
  for (let i = 0; i < 32; i++) take(WORD.reg0 + i, 1);
  take(WORD.pktMark, 1);
  return { key, mask };
}
