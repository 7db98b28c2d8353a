import type { Match } from "#flow";
import type { Action } from "../actions/action.ts";

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
  /** The pipeline's state where it paused: only the switch that made it knows what it means. */
  readonly continuation?: Continuation;
}

/** Where a pipeline stopped for a controller, so that NXT_RESUME can go on from there, as Open vSwitch tells it. */
export interface Continuation {
  /** UUID of the bridge. */
  readonly bridge: string | undefined;
  /** Values that were pushed, the top first. */
  readonly stack: readonly Uint8Array[];
  /** Bit set of the mirrors that had the packet. */
  readonly mirrors: number;
  readonly conntracked: boolean;
  /** What is left to do, cut where a packet-in would name another table or cookie. */
  readonly steps: readonly { readonly table: number; readonly cookie: bigint; readonly actions: readonly Action[] }[];
  readonly actionSet: readonly Action[];
  /** Port of the datapath that the packet came in at; undefined: none. */
  readonly dpPort: number | undefined;
}
