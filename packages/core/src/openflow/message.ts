import type { Match } from "#flow";
import type { MacAddr, OfPort } from "#lib";
import type { Action } from "./actions/action.ts";

/** Wire versions: 1 is OpenFlow 1.0 … 6 is OpenFlow 1.5. */
export type Version = 1 | 2 | 3 | 4 | 5 | 6;

/** A physical port as features replies, port descriptions and port status tell it. Bit sets in neutral form (PORT_*). */
export interface PortDesc {
  readonly port: OfPort;
  readonly mac: MacAddr;
  readonly name: string;
  readonly config: number; // PORT_CONFIG
  readonly state: number; // PORT_STATE
  readonly current: number; // PORT_FEATURES
  readonly advertised: number;
  readonly supported: number;
  readonly peer: number;
  /** kbit/s */
  readonly currentSpeed: number;
  readonly maxSpeed: number;
}
/** Neutral port bits; the values are those of OpenFlow 1.1+, with the 1.0-only ones above. */
export const PORT_CONFIG = {
  port_down: 1,
  no_recv: 4,
  no_fwd: 0x20,
  no_packet_in: 0x40,
  no_stp: 0x10002,
  no_recv_stp: 0x10008,
  no_flood: 0x10010,
} as const;
export const PORT_STATE = {
  link_down: 1,
  blocked: 2,
  live: 4,
  stp_learn: 0x100,
  stp_forward: 0x200,
  stp_block: 0x300,
} as const;
/** Link modes as in OpenFlow 1.1+ (ofp_port_features); codecs of 1.0 renumber them. */
export const PORT_FEATURES = {
  "10MB-HD": 1,
  "10MB-FD": 2,
  "100MB-HD": 4,
  "100MB-FD": 8,
  "1GB-HD": 0x10,
  "1GB-FD": 0x20,
  "10GB-FD": 0x40,
  "40GB-FD": 0x80,
  "100GB-FD": 0x100,
  "1TB-FD": 0x200,
  other: 0x400,
  copper: 0x800,
  fiber: 0x1000,
  autoneg: 0x2000,
  pause: 0x4000,
  pause_asym: 0x8000,
} as const;

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

export interface FlowStatsRequest {
  readonly table: number;
  readonly match: Match;
  readonly outPort: OfPort;
  readonly outGroup: number;
  readonly cookie: bigint;
  readonly cookieMask: bigint;
}

export interface PortStatsEntry {
  readonly port: OfPort;
  /** UINT64_MAX where unknown. */
  readonly rxPackets: bigint;
  readonly txPackets: bigint;
  readonly rxBytes: bigint;
  readonly txBytes: bigint;
  readonly rxDropped: bigint;
  readonly txDropped: bigint;
  readonly rxErrors: bigint;
  readonly txErrors: bigint;
  readonly rxFrameErr: bigint;
  readonly rxOverErr: bigint;
  readonly rxCrcErr: bigint;
  readonly collisions: bigint;
  readonly durationSec: number;
  readonly durationNsec: number;
  /** Counters of this kind of device only (OpenFlow 1.4+), by name. */
  readonly custom?: readonly (readonly [name: string, value: bigint])[];
}

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

export interface QueueStatsEntry {
  readonly port: OfPort;
  readonly queue: number;
  readonly txBytes: bigint;
  readonly txPackets: bigint;
  readonly txErrors: bigint;
  readonly durationSec: number;
  readonly durationNsec: number;
}

export type GroupType = "all" | "select" | "indirect" | "ff";
export interface Bucket {
  readonly id: number;
  readonly weight: number;
  readonly watchPort: OfPort;
  readonly watchGroup: number;
  readonly actions: readonly Action[];
}
export interface GroupProps {
  readonly selectionMethod: string;
  readonly selectionMethodParam: bigint;
  readonly fields: Match | undefined;
}
export type GroupCommand = "add" | "modify" | "delete" | "insert_bucket" | "remove_bucket" | "add_or_mod";
export interface GroupMod {
  readonly type: "group_mod";
  readonly command: GroupCommand;
  readonly groupType: GroupType;
  readonly group: number;
  readonly commandBucketId: number;
  readonly buckets: readonly Bucket[];
  readonly props: GroupProps;
}
export interface GroupDescEntry {
  readonly group: number;
  readonly groupType: GroupType;
  readonly buckets: readonly Bucket[];
  readonly props: GroupProps;
}
export interface GroupStatsEntry {
  readonly group: number;
  readonly refCount: number;
  readonly packets: bigint;
  readonly octets: bigint;
  readonly durationSec: number;
  readonly durationNsec: number;
  readonly buckets: readonly { readonly packets: bigint; readonly octets: bigint }[];
}

export interface MeterBand {
  readonly type: "drop" | "dscp_remark";
  readonly rate: number;
  readonly burst: number;
  readonly precLevel: number;
}
export interface MeterConfig {
  readonly meter: number /** OFPMF bits: kbps 1, pktps 2, burst 4, stats 8 */;
  readonly flags: number;
  readonly bands: readonly MeterBand[];
}

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
  | Multipart<"table_features" | "table_desc", readonly Uint8Array[], readonly Uint8Array[]>;

export type PacketInReason = number; // OFPR: 0 no match, 1 action, 2 invalid ttl, 3 action set, 4 group, 5 packet out

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

/** Which Geneve option a tun_metadata field is; the length is in octets, a multiple of 4. */
export interface TlvMapping {
  readonly optionClass: number;
  readonly optionType: number;
  readonly optionLength: number;
  readonly index: number;
}

/** OpenFlow messages, version differences removed. Everything that a version cannot say is refused by its encoder. */
export type Message =
  | { readonly type: "hello" /** versions offered, lowest first */; readonly versions: readonly Version[] }
  | {
      readonly type: "error" /** by name, as OFPBRC_BAD_TYPE; or numbers when unknown */;
      readonly error: string;
      readonly vendor?: number;
      readonly errType?: number;
      readonly errCode?: number;
      readonly data: Uint8Array;
    }
  | { readonly type: "echo_request" | "echo_reply"; readonly data: Uint8Array }
  | {
      readonly type:
        | "features_request"
        | "get_config_request"
        | "barrier_request"
        | "barrier_reply"
        | "get_async_request";
    }
  | {
      readonly type: "features_reply";
      readonly datapathId: bigint;
      readonly buffers: number;
      readonly tables: number;
      readonly auxiliaryId: number;
      readonly capabilities: number /** OpenFlow 1.0 action bitmap */;
      readonly actions: number /** 1.0 to 1.2 */;
      readonly ports: readonly PortDesc[];
    }
  | {
      readonly type: "get_config_reply" | "set_config" /** 0 normal, 1 drop, 2 reassemble, 3 nx-match */;
      readonly fragments: number;
      readonly missSendLen: number;
      readonly invalidTtlToController?: boolean;
    }
  | PacketIn
  | {
      readonly type: "packet_out";
      readonly bufferId: number;
      readonly metadata: Match;
      readonly packet: Uint8Array;
      readonly actions: readonly Action[];
    }
  | FlowMod
  | {
      readonly type: "flow_removed";
      readonly match: Match;
      readonly cookie: bigint;
      readonly priority: number /** 0 idle, 1 hard, 2 delete, 3 group, 4 meter, 5 eviction */;
      readonly reason: number;
      readonly table: number;
      readonly durationSec: number;
      readonly durationNsec: number;
      readonly idleTimeout: number;
      readonly hardTimeout: number;
      readonly packets: bigint;
      readonly octets: bigint;
    }
  | { readonly type: "port_status"; readonly reason: "add" | "delete" | "modify"; readonly port: PortDesc }
  | {
      readonly type: "port_mod";
      readonly port: OfPort;
      readonly mac: MacAddr;
      readonly config: number;
      readonly mask: number;
      readonly advertise: number;
    }
  | {
      readonly type: "table_mod";
      readonly table: number;
      readonly config: number /** OpenFlow 1.4+: eviction flags */;
      readonly eviction?: number /** OpenFlow 1.4+: thresholds in percent */;
      readonly vacancy?: { readonly down: number; readonly up: number };
    }
  | GroupMod
  | { readonly type: "meter_mod"; readonly command: "add" | "modify" | "delete"; readonly config: MeterConfig }
  | MultipartMessage
  | { readonly type: "queue_get_config_request"; readonly port: OfPort; readonly queue: number }
  | {
      readonly type: "queue_get_config_reply";
      readonly port: OfPort;
      readonly queues: readonly { readonly queue: number; readonly minRate: number; readonly maxRate: number }[];
    }
  | {
      readonly type: "role_request" | "role_reply";
      readonly role: "nochange" | "equal" | "primary" | "secondary";
      readonly generationId: bigint | undefined;
      readonly form: "standard" | "nicira";
    }
  | {
      readonly type: "set_async" | "get_async_reply" /** OFPR, OFPPR, OFPRR bitmaps: [primary or equal, secondary] */;
      readonly packetIn: readonly [number, number];
      readonly portStatus: readonly [number, number];
      readonly flowRemoved: readonly [number, number];
      readonly form: "standard" | "nicira";
    }
  | {
      readonly type: "bundle_control";
      readonly bundle: number;
      readonly control:
        | "open_request"
        | "open_reply"
        | "close_request"
        | "close_reply"
        | "commit_request"
        | "commit_reply"
        | "discard_request"
        | "discard_reply";
      readonly flags: number;
    }
  | {
      readonly type: "bundle_add";
      readonly bundle: number;
      readonly flags: number;
      readonly xid: number;
      readonly message: Message;
    }
  /* Nicira extensions. */
  | { readonly type: "nx_set_flow_format"; readonly format: number }
  | { readonly type: "nx_set_packet_in_format"; readonly format: number }
  | { readonly type: "nx_flow_mod_table_id"; readonly enabled: boolean }
  | { readonly type: "nx_set_controller_id"; readonly id: number }
  | { readonly type: "nx_flow_age" }
  | { readonly type: "nx_resume"; readonly packetIn: PacketIn }
  | { readonly type: "nx_ct_flush_zone"; readonly zone: number }
  | {
      readonly type: "nx_tlv_table_mod";
      readonly command: "add" | "delete" | "clear";
      readonly mappings: readonly TlvMapping[];
    }
  | { readonly type: "nx_tlv_table_request" }
  | {
      readonly type: "nx_tlv_table_reply" /** octets of option data that fit */;
      readonly maxSpace: number;
      readonly maxFields: number;
      readonly mappings: readonly TlvMapping[];
    };

export type MessageType = Message["type"];

/** A message with its header. */
export interface Frame {
  readonly version: Version;
  readonly xid: number;
  readonly message: Message;
}
