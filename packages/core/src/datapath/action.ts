import type { FieldName } from "#flow";
import type { DpPort } from "#lib";
import type { TunnelKind } from "#tunnel";

/** One change of a header field: the bits of `mask` become those of `value`. */
export interface FieldWrite {
  readonly field: FieldName;
  readonly value: bigint;
  readonly mask: bigint;
}

/** Datapath attributes that a set action can change, by the names that text has for them. */
export type SetAttribute =
  | "eth"
  | "ipv4"
  | "ipv6"
  | "arp"
  | "tcp"
  | "udp"
  | "sctp"
  | "icmp"
  | "icmpv6"
  | "nd"
  | "nd_ext"
  | "mpls"
  | "nsh"
  | "skb_priority"
  | "skb_mark";

/** Why a datapath hands a packet to user space by an explicit action; travels back with the packet. */
export type UserspaceCookie =
  | { readonly kind: "slow_path"; readonly reason: SlowReason; readonly ofprotoUuid: string }
  | {
      readonly kind: "controller";
      readonly ofprotoUuid: string;
      readonly dontSend: boolean;
      readonly continuation: boolean;
      readonly reason: number;
      readonly recircId: number;
      readonly ruleCookie: bigint;
      readonly controllerId: number;
      readonly maxLen: number;
      readonly userdata?: Uint8Array;
    }
  | { readonly kind: "sflow" | "flow_sample" | "ipfix"; readonly data: Readonly<Record<string, number | bigint>> };

/** Why a flow's packets all go to user space, in the words of `userspace(…,slow_path(reason))`. */
export type SlowReason = "controller" | "action" | "cfm" | "bfd" | "lacp" | "stp" | "lldp" | "match" | "bond";

/** What an encapsulation writes in front of a packet, and where the result goes (`tnl_push`). */
export interface TunnelPush {
  readonly type: "tnl_push";
  /** Datapath port of the tunnel; the packet counts as sent there. */
  readonly tunnelPort: DpPort;
  readonly outPort: DpPort;
  readonly kind: TunnelKind;
  /** Outer headers, Ethernet first; lengths and checksums are filled in per packet. */
  readonly header: Uint8Array;
}

/** NAT part of a ct action; undefined addresses: use what the connection has. */
export interface NatSpec {
  readonly direction?: "src" | "dst";
  readonly minAddress?: string;
  readonly maxAddress?: string;
  readonly minPort?: number;
  readonly maxPort?: number;
  readonly persistent?: boolean;
  readonly hash?: boolean;
  readonly random?: boolean;
}

/**
 * What a datapath does with a packet: plain data, cloneable between threads. Text forms are in text/, the meaning of
 * each is fixed by the compliance suite.
 */
export type DatapathAction =
  | { readonly type: "output"; readonly port: DpPort }
  | { readonly type: "lb_output"; readonly bond: number }
  | {
      readonly type: "userspace";
      readonly cookie: UserspaceCookie;
      readonly egressPort?: DpPort;
      readonly actions?: boolean;
      /** Netlink socket of the kernel's upcalls; 0 where there is none. */
      readonly pid?: number;
    }
  /**
   * The writes are all to fields of one datapath attribute (eth, ipv4, tcp, …); whole-field writes print as `set`.
   * Translation always names the attribute: nw_tos and nw_ttl alone do not tell ipv4 from ipv6.
   */
  | { readonly type: "set"; readonly attribute?: SetAttribute; readonly writes: readonly FieldWrite[] }
  | {
      readonly type: "set_tunnel";
      readonly fields: readonly { readonly field: FieldName; readonly value: bigint }[];
      /** Bits of TUN_FLAGS: fragmentation, checksum and key of the outer header. */
      readonly flags?: number;
      /** Ports of the outer header when they are not the tunnel's own. */
      readonly tpSrc?: number;
      readonly tpDst?: number;
    }
  | { readonly type: "push_vlan"; readonly tpid: number; readonly tci: number }
  | { readonly type: "pop_vlan" }
  | { readonly type: "push_mpls"; readonly ethertype: number; readonly lse: number }
  | { readonly type: "pop_mpls"; readonly ethertype: number }
  /** A label in front of the whole packet, whatever it begins with. */
  | { readonly type: "add_mpls"; readonly ethertype: number; readonly lse: number }
  | { readonly type: "push_eth"; readonly src: bigint; readonly dst: bigint }
  | { readonly type: "pop_eth" }
  | { readonly type: "push_nsh"; readonly header: Uint8Array }
  | { readonly type: "pop_nsh" }
  | { readonly type: "recirc"; readonly id: number }
  | { readonly type: "hash"; readonly algorithm: "l4" | "sym_l4"; readonly basis: number }
  | { readonly type: "trunc"; readonly maxLen: number }
  | { readonly type: "sample"; readonly probability: number; readonly actions: readonly DatapathAction[] }
  | { readonly type: "clone"; readonly actions: readonly DatapathAction[] }
  | { readonly type: "meter"; readonly id: number }
  | {
      readonly type: "check_pkt_len";
      readonly size: number;
      readonly greater: readonly DatapathAction[];
      readonly lessEqual: readonly DatapathAction[];
    }
  | {
      readonly type: "ct";
      readonly commit: boolean;
      readonly force: boolean;
      readonly zone: number;
      readonly mark?: { readonly value: number; readonly mask: number };
      readonly label?: { readonly value: bigint; readonly mask: bigint };
      readonly helper?: string;
      readonly timeout?: string;
      readonly nat?: NatSpec;
    }
  | { readonly type: "ct_clear" }
  | TunnelPush
  | { readonly type: "tnl_pop"; readonly tunnelPort: DpPort }
  | { readonly type: "drop"; readonly reason: number };

/** The word that tells datapath actions apart; one row each in the tables that read, print and run them. */
export type DatapathActionType = DatapathAction["type"];
