import type { Match } from "#flow";

/** Why a packet came (OFPR): 0 no match, 1 action, 2 invalid TTL, 3 action set, 4 group, 5 packet-out. */
export type PacketInReason = number;

/** A packet for the controller; `totalLength` in octets is that of the packet before it was cut to max_len. */
export interface PacketIn {
  readonly type: "packet_in";
  /** How it goes on the wire: the version's own message, or a Nicira form (NXT_PACKET_IN, NXT_PACKET_IN2). */
  readonly format: "standard" | "nxt_packet_in" | "nxt_packet_in2";
  readonly bufferId: number; // 0xffffffff: none
  readonly totalLength: number;
  readonly reason: PacketInReason;
  readonly table: number;
  readonly cookie: bigint;
  /** Metadata: in_port, registers, tunnel… as an exact match of what is set. */
  readonly metadata: Match;
  readonly packet: Uint8Array;
  readonly userdata?: Uint8Array;
  readonly continuation?: Uint8Array;
}
