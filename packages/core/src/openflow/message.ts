// Every message in its neutral form, the same for all versions.
import type { Match } from "#flow";
import type { MacAddr, OfPort } from "#lib";
import type { Action } from "./actions/action.ts";
import type { CtFlush, TlvMapping } from "./neutral/extension.ts";
import type { FlowMod } from "./neutral/flow.ts";
import type { GroupMod } from "./neutral/group.ts";
import type { MeterConfig } from "./neutral/meter.ts";
import type { MultipartMessage } from "./neutral/multipart.ts";
import type { PacketIn } from "./neutral/packet.ts";
import type { PortDesc } from "./neutral/port.ts";

export * from "./neutral/extension.ts";
export * from "./neutral/flow.ts";
export * from "./neutral/group.ts";
export * from "./neutral/meter.ts";
export * from "./neutral/multipart.ts";
export * from "./neutral/packet.ts";
export * from "./neutral/port.ts";

/** Wire versions: 1 is OpenFlow 1.0 … 6 is OpenFlow 1.5. */
export type Version = 1 | 2 | 3 | 4 | 5 | 6;

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
