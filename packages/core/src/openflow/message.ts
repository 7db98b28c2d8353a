// Every message in its neutral form, the same for all versions. Long because the union at its end names all of them.
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
/**
 * Neutral bits of a port's state: those of OpenFlow 1.1+, and above them the spanning tree states of 1.0
 * (ofp10_port_state).
 */
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

/** Counters of a port since it was added, the duration in seconds and nanoseconds (OpenFlow 1.5.1 §7.3.5.7). */
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

/** Counters of a queue since it was set up, the duration in seconds and nanoseconds (OpenFlow 1.5.1 §7.3.5.9). */
export interface QueueStatsEntry {
  readonly port: OfPort;
  readonly queue: number;
  readonly txBytes: bigint;
  readonly txPackets: bigint;
  readonly txErrors: bigint;
  readonly durationSec: number;
  readonly durationNsec: number;
}

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

/**
 * What happens above a rate: kbit/s and kbit, or packets/s and packets, as the meter's flags say. `precLevel` of
 * dscp_remark only.
 */
export interface MeterBand {
  readonly type: "drop" | "dscp_remark";
  readonly rate: number;
  readonly burst: number;
  readonly precLevel: number;
}
/** A meter as it is set up (OpenFlow 1.5.1 §7.3.4.5); `flags` are OFPMF bits: kbps 1, pktps 2, burst 4, stats 8. */
export interface MeterConfig {
  readonly meter: number;
  readonly flags: number;
  readonly bands: readonly MeterBand[];
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

/** Counters of an IPFIX exporter: of a bridge, or of the flows of one collector set. */
export interface IpfixStats {
  readonly flows: bigint;
  readonly currentFlows: bigint;
  readonly packets: bigint;
  readonly ipv4Packets: bigint;
  readonly ipv6Packets: bigint;
  readonly errors: bigint;
  readonly ipv4Errors: bigint;
  readonly ipv6Errors: bigint;
  readonly txPackets: bigint;
  readonly txErrors: bigint;
  readonly collector: number;
}

/** One direction of tracked connections; addresses in 128 bits, IPv4 mapped; 0 is any. */
export interface CtTuple {
  readonly src: bigint;
  readonly dst: bigint;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly icmpId: number;
  readonly icmpType: number;
  readonly icmpCode: number;
}

/** Ends tracked connections: those of a zone, of a tuple, with a mark or labels; undefined: any. */
export interface CtFlush {
  readonly type: "nx_ct_flush";
  /** IP protocol of the tuples; 0: none. */
  readonly protocol: number;
  readonly zone: number | undefined;
  readonly orig: CtTuple | undefined;
  readonly reply: CtTuple | undefined;
  readonly mark: { readonly value: bigint; readonly mask: bigint } | undefined;
  readonly labels: { readonly value: bigint; readonly mask: bigint } | undefined;
}

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
  | CtFlush
  | { readonly type: "flow_monitor_cancel"; readonly id: number }
  | { readonly type: "flow_monitor_paused" | "flow_monitor_resumed" }
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

/** The word that tells messages apart; codecs and texts have a row for each. */
export type MessageType = Message["type"];

/** A message with its header. */
export interface Frame {
  readonly version: Version;
  readonly xid: number;
  readonly message: Message;
}
