import type { FieldName } from "#flow";
import type { OfPort } from "#lib";

/** Some bits of a field: `NXM_NX_REG0[0..15]` is field reg0, offset 0, bits 16. */
export interface Subfield {
  readonly field: FieldName;
  readonly offset: number;
  readonly bits: number;
}

/** One part of `learn(...)`. */
export type LearnSpec =
  | { readonly kind: "match"; readonly dst: Subfield; readonly src: Subfield | bigint }
  | { readonly kind: "load"; readonly dst: Subfield; readonly src: Subfield | bigint }
  | { readonly kind: "output"; readonly src: Subfield };

/**
 * Argument of ct(nat(…)) (ovs-actions(7), ct): addresses as text, ports 0…65535; a missing end of a range is its start,
 * and no direction means what the connection has.
 */
export interface NatArgs {
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
 * OpenFlow actions and instructions in one neutral form, in the order they run. A flow's list holds instructions as
 * members of the same list, as `ovs-ofctl` writes them; codecs of each version split them apart again.
 * `wire` on some members remembers which of several wire forms it came in, so that it is echoed as it was set.
 */
export type Action =
  | { readonly type: "output"; readonly port: OfPort; readonly maxLen: number }
  | { readonly type: "output_reg"; readonly src: Subfield; readonly maxLen: number }
  | { readonly type: "output_trunc"; readonly port: OfPort; readonly maxLen: number }
  | {
      readonly type: "controller";
      readonly maxLen: number;
      readonly reason: number;
      readonly controllerId: number;
      readonly userdata?: Uint8Array;
      readonly pause?: boolean;
      readonly meter?: number /** written by `controller(...)` with more than max_len */;
      readonly extended?: boolean;
    }
  | { readonly type: "enqueue"; readonly port: OfPort; readonly queue: number }
  | {
      readonly type: "bundle";
      readonly fields: string;
      readonly basis: number;
      readonly algorithm: string;
      readonly members: readonly OfPort[];
      readonly dst?: Subfield;
    }
  | { readonly type: "group"; readonly group: number }
  /**
   * OpenFlow 1.0/1.1 vlan id: pushes a tag when there is none only if `push`. `hasVlan` (checkActions sets it): the
   * packet surely has a tag here, so that encoders of OpenFlow 1.1+ need no push_vlan before it.
   */
  | { readonly type: "set_vlan_vid"; readonly vid: number; readonly push: boolean; readonly hasVlan?: boolean }
  | { readonly type: "set_vlan_pcp"; readonly pcp: number; readonly push: boolean; readonly hasVlan?: boolean }
  /** OpenFlow 1.0 has it as strip_vlan, later versions as pop_vlan. */
  | { readonly type: "strip_vlan"; readonly wire?: "pop_vlan" }
  | { readonly type: "push_vlan"; readonly ethertype: number }
  | { readonly type: "set_eth_src"; readonly mac: bigint }
  | { readonly type: "set_eth_dst"; readonly mac: bigint }
  | { readonly type: "set_ipv4_src"; readonly address: number }
  | { readonly type: "set_ipv4_dst"; readonly address: number }
  /** The whole TOS octet, low two bits 0. */
  | { readonly type: "set_ip_dscp"; readonly tos: number }
  | { readonly type: "set_ip_ecn"; readonly ecn: number }
  | { readonly type: "set_ip_ttl"; readonly ttl: number }
  /** `proto` (checkActions sets it): 6, 17 or 132 where the packet surely is TCP, UDP or SCTP, for OpenFlow 1.2+. */
  | { readonly type: "set_l4_src_port"; readonly port: number; readonly proto?: number }
  | { readonly type: "set_l4_dst_port"; readonly port: number; readonly proto?: number }
  /** set_field and (wire "reg_load") NXAST_REG_LOAD. */
  | {
      readonly type: "set_field";
      readonly field: FieldName;
      readonly value: bigint;
      readonly mask: bigint;
      readonly wire?: "reg_load" | "reg_load2" | "set_field";
    }
  | { readonly type: "move"; readonly src: Subfield; readonly dst: Subfield }
  | { readonly type: "push"; readonly src: Subfield }
  | { readonly type: "pop"; readonly dst: Subfield }
  | { readonly type: "dec_ttl"; readonly controllers?: readonly number[] }
  | { readonly type: "set_mpls_label"; readonly label: number }
  | { readonly type: "set_mpls_tc"; readonly tc: number }
  | { readonly type: "set_mpls_ttl"; readonly ttl: number }
  | { readonly type: "dec_mpls_ttl" }
  | { readonly type: "push_mpls"; readonly ethertype: number }
  | { readonly type: "pop_mpls"; readonly ethertype: number }
  | { readonly type: "dec_nsh_ttl" }
  | { readonly type: "delete_field"; readonly field: FieldName }
  | { readonly type: "set_tunnel"; readonly id: bigint; readonly wire?: "set_tunnel" | "set_tunnel64" }
  | { readonly type: "set_queue"; readonly queue: number }
  | { readonly type: "pop_queue" }
  | { readonly type: "fin_timeout"; readonly idle: number; readonly hard: number }
  | {
      readonly type: "resubmit";
      readonly port: OfPort /** 255: the table of this rule */;
      readonly table: number;
      readonly ct?: boolean;
      readonly wire?: "resubmit" | "resubmit_table";
    }
  | {
      readonly type: "learn";
      readonly idleTimeout: number;
      readonly hardTimeout: number;
      readonly priority: number;
      readonly cookie: bigint;
      readonly table: number;
      readonly flags: number;
      readonly finIdleTimeout: number;
      readonly finHardTimeout: number;
      readonly limit: number;
      readonly resultDst?: Subfield;
      readonly specs: readonly LearnSpec[];
    }
  | { readonly type: "conjunction"; readonly id: number; readonly clause: number; readonly clauses: number }
  | {
      readonly type: "multipath";
      readonly fields: string;
      readonly basis: number;
      readonly algorithm: string;
      readonly links: number;
      readonly arg: number;
      readonly dst: Subfield;
    }
  | { readonly type: "note"; readonly octets: Uint8Array }
  | { readonly type: "exit" }
  | {
      readonly type: "sample";
      readonly probability: number;
      readonly collectorSetId: number;
      readonly obsDomainId: number;
      readonly obsPointId: number;
      readonly samplingPort: OfPort;
      readonly direction: "default" | "ingress" | "egress";
    }
  | {
      readonly type: "ct";
      readonly commit: boolean;
      readonly force: boolean;
      readonly zone: number | Subfield;
      readonly table: number | undefined;
      readonly alg?: number;
      readonly nat?: NatArgs;
      readonly exec: readonly Action[];
    }
  | { readonly type: "ct_clear" }
  | { readonly type: "clone"; readonly actions: readonly Action[] }
  | { readonly type: "check_pkt_larger"; readonly size: number; readonly dst: Subfield }
  | {
      readonly type: "encap";
      readonly packetType: number;
      readonly props: readonly { readonly class: number; readonly type: number; readonly value: Uint8Array }[];
    }
  | { readonly type: "decap"; readonly packetType?: number }
  | { readonly type: "debug_recirc" | "debug_slow" }
  /* Instructions. */
  | { readonly type: "meter"; readonly meter: number }
  | { readonly type: "clear_actions" }
  | { readonly type: "write_actions"; readonly actions: readonly Action[] }
  | { readonly type: "write_metadata"; readonly metadata: bigint; readonly mask: bigint }
  | { readonly type: "goto_table"; readonly table: number };

/** The word that tells actions apart; the tables of codecs and texts have a row for each. */
export type ActionType = Action["type"];

const textOfBig = (_key: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);

/** Whether two lists of actions are the same. */
export const sameActions = (a: readonly Action[], b: readonly Action[]): boolean =>
  a === b || JSON.stringify(a, textOfBig) === JSON.stringify(b, textOfBig);
