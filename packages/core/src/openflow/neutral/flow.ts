import type { Match } from "#flow";
import type { OfPort } from "#lib";
import type { Action } from "../actions/action.ts";

/** What a flow_mod does (OpenFlow 1.5.1 §7.3.4.2); the strict ones mean the very match and priority. */
export type FlowModCommand = "add" | "modify" | "modify_strict" | "delete" | "delete_strict";

/** Adds, changes or deletes flows. Times in seconds. */
export interface FlowMod {
  readonly type: "flow_mod";
  readonly command: FlowModCommand;
  /** 0…254; 255: all tables (delete), or "the switch chooses" (add). */
  readonly table: number;
  readonly match: Match;
  readonly priority: number;
  /** What to look for (modify, delete): `cookie` in the bits of `cookieMask`. */
  readonly cookie: bigint;
  readonly cookieMask: bigint;
  /** What an added or changed flow gets; undefined: keep (modify). */
  readonly newCookie: bigint | undefined;
  readonly idleTimeout: number;
  readonly hardTimeout: number;
  readonly importance: number;
  readonly bufferId: number;
  readonly outPort: OfPort;
  readonly outGroup: number;
  /** Bits of FLOW_FLAGS. */
  readonly flags: number;
  readonly actions: readonly Action[];
}

/** A flow as flow statistics tell it; times in seconds and nanoseconds, priority 0…65535, flags of FLOW_FLAGS. */
export interface FlowStatsEntry {
  readonly table: number;
  readonly match: Match;
  readonly priority: number;
  readonly cookie: bigint;
  readonly durationSec: number;
  readonly durationNsec: number;
  readonly idleTimeout: number;
  readonly hardTimeout: number;
  /** Seconds since last used / modified; -1 when unknown (not carried by that version). */
  readonly idleAge: number;
  readonly hardAge: number;
  readonly importance: number;
  readonly flags: number;
  readonly packets: bigint;
  readonly octets: bigint;
  readonly actions: readonly Action[];
}

/**
 * Which flows are meant: table 255 is all, port and group "any" are no condition, `cookie` counts in the bits of its
 * mask.
 */
export interface FlowStatsRequest {
  readonly table: number;
  readonly match: Match;
  readonly outPort: OfPort;
  readonly outGroup: number;
  readonly cookie: bigint;
  readonly cookieMask: bigint;
}

/** A table's flows and lookups; `maxEntries` and `name` as versions below 1.3 carry them. */
export interface TableStatsEntry {
  readonly table: number;
  readonly name: string;
  readonly maxEntries: number;
  /** Fields that a flow there may leave out, as OpenFlow 1.0 (OFPFW) or the OXM bits of 1.2 say it. */
  readonly wildcards?: bigint;
  /** Configuration, as OpenFlow 1.1 and 1.2 tell it. */
  readonly config?: number;
  readonly active: number;
  readonly lookups: bigint;
  readonly matched: bigint;
}

/** What a flow monitor watches. */
export interface FlowMonitorRequest {
  readonly id: number;
  /** Bits of MONITOR_FLAGS. */
  readonly flags: number;
  readonly outPort: OfPort;
  /** OpenFlow 1.4 and later; any before. */
  readonly outGroup: number;
  readonly table: number;
  /** OpenFlow 1.4 and later; "add" before. */
  readonly command: "add" | "modify" | "delete";
  readonly match: Match;
}

/** What a flow monitor tells. */
export type FlowUpdate =
  | {
      readonly event: "initial" | "added" | "deleted" | "modified";
      /** As of flow_removed, when deleted. */
      readonly reason: number;
      readonly priority: number;
      readonly idleTimeout: number;
      readonly hardTimeout: number;
      readonly table: number;
      readonly cookie: bigint;
      readonly match: Match;
      /** undefined: not asked for. */
      readonly actions: readonly Action[] | undefined;
    }
  /** The change that the receiver itself made with that message. */
  | { readonly event: "abbrev"; readonly xid: number }
  | { readonly event: "paused" | "resumed" };
