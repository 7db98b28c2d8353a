import type { Message, Version } from "#openflow";
import type { AsyncConfig } from "./async.ts";
import type { Bundle } from "./bundle.ts";
import type { FlowMonitors } from "./monitors.ts";

/** The state that the switch keeps for one OpenFlow connection, and the way back to its peer. */
export interface Peer {
  readonly version: Version;
  /** Sends a message; `xid` of the request that it answers, a new one when undefined. */
  send(message: Message, xid?: number): void;
  /** A message as the peer sent it, for an error about it. */
  quote(message: Message, xid: number): Uint8Array;
  /** Octets that the peer has not taken yet. */
  readonly pending: number;
  /** Resolves when it makes sense to send more: at once, unless much waits to be taken. */
  room(): Promise<void>;
  /** A controller that the configuration names, as opposed to one that came by itself (BRIDGE.mgmt, ptcp:). */
  readonly isPrimary: boolean;
  role: "equal" | "primary" | "secondary";
  async: AsyncConfig;
  packetInFormat: "standard" | "nxt_packet_in" | "nxt_packet_in2";
  /** Octets of a packet that missed to send along. */
  missSendLen: number;
  invalidTtl: boolean;
  controllerId: number;
  /** OpenFlow 1.0 flow mods carry a table number (NXT_FLOW_MOD_TABLE_ID). */
  flowModTableId: boolean;
  readonly bundles: Map<number, Bundle>;
  readonly monitors: FlowMonitors;
}
