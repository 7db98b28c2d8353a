import type { Action, ActionType } from "#openflow";

/** The order in which an action set runs (OpenFlow 1.3.5 §5.10), with Open vSwitch's own actions in their places. */
const ORDER: readonly (readonly ActionType[])[] = [
  ["strip_vlan"],
  ["pop_mpls"],
  ["decap"],
  ["encap"],
  ["push_mpls"],
  ["push_vlan"],
  ["dec_ttl"],
  ["dec_mpls_ttl"],
  ["dec_nsh_ttl"],
];

/** Setters run in the order given, each field's last one counting. */
const SETTERS: ReadonlySet<ActionType> = new Set([
  "set_field",
  "move",
  "set_vlan_vid",
  "set_vlan_pcp",
  "set_eth_src",
  "set_eth_dst",
  "set_ipv4_src",
  "set_ipv4_dst",
  "set_ip_dscp",
  "set_ip_ecn",
  "set_ip_ttl",
  "set_l4_src_port",
  "set_l4_dst_port",
  "set_mpls_label",
  "set_mpls_tc",
  "set_mpls_ttl",
  "set_tunnel",
  "set_queue",
]);

/** At most one of these runs, the first kind that is there: group, output, resubmit, ct. */
const FINAL: readonly (readonly ActionType[])[] = [
  ["group"],
  ["output", "controller", "enqueue"],
  ["resubmit"],
  ["ct"],
];

/** A set of actions as the list that runs: none at all when nothing says where the packet goes. */
export function executionOrder(set: readonly Action[]): readonly Action[] {
  const list: Action[] = [];
  for (const types of ORDER) {
    const found = set.findLast(({ type }) => types.includes(type));
    if (found) list.push(found);
  }
  list.push(...set.filter(({ type }) => SETTERS.has(type)));
  for (const types of FINAL) {
    const found = set.findLast(({ type }) => types.includes(type));
    if (found) {
      list.push(found);
      return list;
    }
  }
  return [];
}
