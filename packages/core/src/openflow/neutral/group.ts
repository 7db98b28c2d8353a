import type { Match } from "#flow";
import type { OfPort } from "#lib";
import type { Action } from "../actions/action.ts";

/** Which of a group's buckets run (OpenFlow 1.5.1 §5.10.1); "ff" is fast failover. */
export type GroupType = "all" | "select" | "indirect" | "ff";
/**
 * One bucket: `weight` of select groups (0…65535), what fast failover watches ("any" for nothing), and an id that
 * OpenFlow 1.5 brings.
 */
export interface Bucket {
  readonly id: number;
  readonly weight: number;
  readonly watchPort: OfPort;
  readonly watchGroup: number;
  readonly actions: readonly Action[];
}
/** How a select group selects, by Netronome's extension: "" (the default), "hash" over `fields`, or "dp_hash". */
export interface GroupProps {
  readonly selectionMethod: string;
  readonly selectionMethodParam: bigint;
  readonly fields: Match | undefined;
}
/**
 * What a group_mod does (OpenFlow 1.5.1 §7.3.4.3); buckets one by one as of 1.5, "add_or_mod" is Open vSwitch's own.
 */
export type GroupCommand = "add" | "modify" | "delete" | "insert_bucket" | "remove_bucket" | "add_or_mod";
/** Adds, changes or deletes a group; `commandBucketId` says before or after which bucket, or which one goes. */
export interface GroupMod {
  readonly type: "group_mod";
  readonly command: GroupCommand;
  readonly groupType: GroupType;
  readonly group: number;
  readonly commandBucketId: number;
  readonly buckets: readonly Bucket[];
  readonly props: GroupProps;
}
/** A group as it was set up, told by group descriptions. */
export interface GroupDescEntry {
  readonly group: number;
  readonly groupType: GroupType;
  readonly buckets: readonly Bucket[];
  readonly props: GroupProps;
}
/**
 * Counters of a group and of its buckets in their order, the duration in seconds and nanoseconds; `refCount` flows and
 * groups name it.
 */
export interface GroupStatsEntry {
  readonly group: number;
  readonly refCount: number;
  readonly packets: bigint;
  readonly octets: bigint;
  readonly durationSec: number;
  readonly durationNsec: number;
  readonly buckets: readonly { readonly packets: bigint; readonly octets: bigint }[];
}
