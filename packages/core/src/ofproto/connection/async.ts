import type { Version } from "#openflow";
import { REASON } from "../translate/controller.ts";
import type { Peer } from "./peer.ts";

/** Bitmaps of OFPR_*, OFPPR_*, OFPRR_* reasons: [primary or equal, secondary]. */
export interface AsyncConfig {
  readonly packetIn: readonly [number, number];
  readonly portStatus: readonly [number, number];
  readonly flowRemoved: readonly [number, number];
}

const ALL = (1 << 6) - 1;
const INVALID_TTL = 1 << REASON.invalidTtl;

/** What a controller gets until it asks otherwise (OpenFlow 1.4.0 §7.3.10 allows this; Open vSwitch does it). */
export const ASYNC_DEFAULTS: AsyncConfig = {
  packetIn: [ALL & ~INVALID_TTL, 0],
  portStatus: [7, 7],
  flowRemoved: [(1 << 6) - 1, 0],
};

/** What one gets whose row says enable_async_messages=false, until it asks. */
export const ASYNC_NONE: AsyncConfig = { packetIn: [0, 0], portStatus: [0, 0], flowRemoved: [0, 0] };

/** The reason that goes on the wire: newer ones have older names in older versions. */
export function wireReason(reason: number, version: Version): number {
  if (reason === REASON.explicitMiss) return version < 4 ? REASON.action : REASON.noMatch;
  if (reason === REASON.actionSet || reason === REASON.group || reason === REASON.packetOut)
    return version < 5 ? REASON.action : reason;
  return reason;
}

/** Whether a peer gets messages of a kind for a reason. Peers that came by themselves ask by a miss length first. */
export function receives(peer: Peer, kind: keyof AsyncConfig, reason: number): boolean {
  if (!peer.isPrimary && peer.missSendLen === 0) return false;
  const [first, second] = peer.async[kind];
  let bits = peer.role === "secondary" ? second : first;
  if (kind === "packetIn" && peer.role !== "secondary" && peer.invalidTtl) bits |= INVALID_TTL;
  return (bits & (1 << reason)) !== 0;
}
