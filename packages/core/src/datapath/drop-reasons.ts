/**
 * Why packets go nowhere, each with a counter of `coverage/show`; the names are the original's where it has one.
 * Reasons of a drop action are decided by translation, the others by who executes actions.
 */

/** Reasons of drop actions by their number there (`DatapathAction` of type "drop"). */
export const DROP_ACTION_COUNTERS = [
  "drop_action_of_pipeline",
  "drop_action_bridge_not_found",
  "drop_action_recursion_too_deep",
  "drop_action_too_many_resubmit",
  "drop_action_stack_too_deep",
  "drop_action_no_recirculation_context",
  "drop_action_recirculation_conflict",
  "drop_action_too_many_mpls_labels",
  "drop_action_invalid_tunnel_metadata",
  "drop_action_unsupported_packet_type",
  "drop_action_congestion",
  "drop_action_forwarding_disabled",
] as const;

/** Counters of what execution cannot go on with. */
export const DROP_COUNTERS = {
  /** Shorter than an Ethernet header. */
  short: "datapath_drop_rx_invalid_packet",
  meter: "datapath_drop_meter",
  noPort: "datapath_drop_invalid_port",
  noBond: "datapath_drop_invalid_bond",
  noTunnel: "datapath_drop_invalid_tnl_port",
  recursion: "datapath_drop_recirc_error",
  /** User space did not take it: its queue was full, or nobody is there. */
  upcall: "datapath_drop_upcall_error",
  /** Ended with a hand-over to a controller or collector. */
  punted: "datapath_drop_userspace_action_error",
  /** Was not in the sample that alone would have sent it on. */
  sample: "datapath_drop_sample_error",
  nsh: "datapath_drop_nsh_decap_error",
  push: "datapath_drop_tunnel_push_error",
  pop: "datapath_drop_tunnel_pop_error",
  /** Lacks what an action works on; the original has no name for it. */
  malformed: "datapath_drop_malformed_packet",
  /** An action that this engine lacks. */
  unsupported: "datapath_drop_unsupported_action",
} as const;

/** Why a packet went nowhere: a row of DROP_COUNTERS. */
export type DropReason = keyof typeof DROP_COUNTERS;
