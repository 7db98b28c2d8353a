import type { OfPort } from "#lib";
import type { IpfixStats } from "./extension.ts";
import type { FlowMonitorRequest, FlowStatsEntry, FlowStatsRequest, FlowUpdate, TableStatsEntry } from "./flow.ts";
import type { GroupDescEntry, GroupStatsEntry } from "./group.ts";
import type { MeterConfig } from "./meter.ts";
import type { PortDesc, PortStatsEntry, QueueStatsEntry } from "./port.ts";

/** A statistics or multipart message of one kind K: its request carries Q, its replies R. */
export type Multipart<K extends string, Q, R> =
  /** `nicira`: flow and aggregate statistics as Nicira's extension has them; the reply has the form of the request. */
  | { readonly type: "multipart_request"; readonly kind: K; readonly request: Q; readonly nicira?: boolean }
  /** `more` is set on all replies but the last of one request. */
  | {
      readonly type: "multipart_reply";
      readonly kind: K;
      readonly reply: R;
      readonly more: boolean;
      readonly nicira?: boolean;
    };

/** All kinds of multipart messages (OpenFlow 1.5.1 §7.3.5), with what each asks and answers. */
export type MultipartMessage =
  | Multipart<
      "desc",
      null,
      { readonly mfr: string; readonly hw: string; readonly sw: string; readonly serial: string; readonly dp: string }
    >
  | Multipart<"flow", FlowStatsRequest, readonly FlowStatsEntry[]>
  | Multipart<
      "aggregate",
      FlowStatsRequest,
      { readonly packets: bigint; readonly octets: bigint; readonly flows: number }
    >
  | Multipart<"table", null, readonly TableStatsEntry[]>
  | Multipart<"port", OfPort, readonly PortStatsEntry[]>
  | Multipart<"port_desc", OfPort, readonly PortDesc[]>
  | Multipart<"queue", { readonly port: OfPort; readonly queue: number }, readonly QueueStatsEntry[]>
  | Multipart<"group", number, readonly GroupStatsEntry[]>
  | Multipart<"group_desc", number, readonly GroupDescEntry[]>
  | Multipart<
      "group_features",
      null,
      {
        readonly types: number;
        readonly capabilities: number;
        readonly maxGroups: readonly number[];
        readonly actions: readonly number[];
      }
    >
  | Multipart<
      "meter",
      number,
      readonly {
        readonly meter: number;
        readonly flows: number;
        readonly packetsIn: bigint;
        readonly octetsIn: bigint;
        readonly durationSec: number;
        readonly durationNsec: number;
        readonly bands: readonly { readonly packets: bigint; readonly octets: bigint }[];
      }[]
    >
  | Multipart<"meter_config", number, readonly MeterConfig[]>
  | Multipart<
      "meter_features",
      null,
      {
        readonly maxMeters: number;
        readonly bandTypes: number;
        readonly capabilities: number;
        readonly maxBands: number;
        readonly maxColor: number;
      }
    >
  | Multipart<
      "queue_desc",
      { readonly port: OfPort; readonly queue: number },
      readonly {
        readonly port: OfPort;
        readonly queue: number;
        readonly minRate: number;
        readonly maxRate: number;
      }[]
    >
  | Multipart<"flow_monitor", readonly FlowMonitorRequest[], readonly FlowUpdate[]>
  | Multipart<"ipfix_bridge" | "ipfix_flow", null, readonly IpfixStats[]>
  | Multipart<"table_features" | "table_desc", readonly Uint8Array[], readonly Uint8Array[]>;
