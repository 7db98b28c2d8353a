import type { ConntrackReply, ConntrackRequest } from "#conntrack";
import { type FlowKey, SHORT_COUNTERS } from "#flow";
import type { TunnelKind } from "#tunnel";
import type { DatapathAction } from "../../action.ts";
import type { DatapathFlow, DpMeter, DpMeterStats, FlowStats, PacketOffload, Ufid, Upcall } from "../../datapath.ts";
import { DROP_ACTION_COUNTERS, DROP_COUNTERS } from "../../drop-reasons.ts";

/**
 * What the main thread and the datapath's worker say to each other: plain data, in order. Commands go in batches; one
 * that has an `id` is answered by a reply of that id.
 */
export type Command =
  | {
      readonly do: "addPort";
      readonly id: number;
      readonly port: number;
      readonly name: string;
      readonly kind: "socket" | "tap" | { readonly tunnel: TunnelKind };
      /** A program that says which packets come to user space; undefined: all do. */
      readonly filter: number | undefined;
      readonly counters: Float64Array;
    }
  /** `remove`: take the device away too, if we made it. */
  | { readonly do: "deletePort"; readonly id: number; readonly port: number; readonly remove: boolean }
  /** Counters of flows: block `index`. */
  | { readonly do: "block"; readonly index: number; readonly counters: Float64Array }
  | { readonly do: "putFlow"; readonly flow: DatapathFlow; readonly place: number }
  | { readonly do: "deleteFlow"; readonly id: number; readonly ufid: Ufid }
  | { readonly do: "flushFlows"; readonly id: number }
  | {
      readonly do: "execute";
      readonly packet: Uint8Array;
      readonly key: FlowKey;
      readonly actions: readonly DatapathAction[];
      readonly offload: PacketOffload | undefined;
    }
  | { readonly do: "setMeter"; readonly meterId: number; readonly meter: DpMeter | undefined }
  | { readonly do: "setTunnelSources"; readonly range: { readonly min: number; readonly max: number } }
  | { readonly do: "limitVlans"; readonly limit: number }
  | { readonly do: "meterStats"; readonly id: number; readonly meterId: number }
  | { readonly do: "conntrack"; readonly id: number; readonly request: ConntrackRequest }
  | { readonly do: "sync"; readonly id: number }
  /** So many upcalls were dealt with. */
  | { readonly do: "credit"; readonly upcalls: number };

/** What the worker tells the main thread; a reply has the `id` of the request it answers. */
export type Report =
  | { readonly is: "upcalls"; readonly upcalls: readonly Upcall[] }
  | { readonly is: "reply"; readonly id: number; readonly value: ReplyValue }
  | { readonly is: "portLost"; readonly port: number }
  /** The worker failed by a bug of its own; it goes on. */
  | { readonly is: "fault"; readonly text: string };

/** What the worker answers; `error` is the text for the user. */
export type ReplyValue =
  | undefined
  | { readonly error: string }
  | { readonly stats: FlowStats }
  | { readonly meter: DpMeterStats }
  | { readonly conntrack: ConntrackReply };

/** Where the datapath's own counters are in their shared array. */
export const TOTALS = {
  hit: 0,
  missed: 1,
  lost: 2,
  maskHit: 3,
  masks: 4,
  cacheHit: 5,
  recirculated: 6,
  batches: 7,
  sent: 8,
  /** The first event counter; they follow in the order of EVENTS. */
  events: 9,
} as const;
/** Event counters (`counter` of lib) that the worker counts and the main thread shows. */
export const EVENTS: readonly string[] = [
  ...DROP_ACTION_COUNTERS,
  ...Object.values(DROP_COUNTERS),
  ...Object.values(SHORT_COUNTERS),
];
/** Numbers in the shared array. */
export const TOTALS_SIZE = TOTALS.events + EVENTS.length;

/** What the worker is born with. */
export interface WorkerSetup {
  /** Descriptor of the eventfd that wakes it. */
  readonly event: number;
  /** performance.timeOrigin of the main thread: times are on its clock. */
  readonly timeOrigin: number;
  readonly totals: Float64Array;
  /** Set to 1 for the worker to end. */
  readonly stop: Int32Array;
}
