/**
 * Names that scripts rely on: log modules (`vlog/set MODULE:…`) and event counters (`coverage/read-counter NAME`).
 * Taken from the answers of Open vSwitch 3.1's daemons. A module that nothing here logs under is still there to be
 * set; a counter that nothing here counts is 0.
 */
const words = (text: string) => text.trim().split(/\s+/);

/** Log modules that every daemon has. */
const SHARED_MODULES = words(`
  backtrace bundle command_line conntrack conntrack_tp coverage ct_dpif daemon daemon_unix dns_resolve dpdk dpif
  dpif_lookup_autovalidator dpif_lookup_generic dpif_mfex_extract_study dpif_netdev dpif_netdev_extract
  dpif_netdev_impl dpif_netdev_lookup dpif_netlink dpif_netlink_rtnl entropy fatal_signal flow hmap ipf jsonrpc
  lockfile memory meta_flow native_tnl netdev netdev_afxdp netdev_linux netdev_offload netdev_offload_tc
  netdev_vport netlink netlink_conntrack netlink_notifier netlink_socket nx_match odp_execute odp_execute_impl
  odp_util ofp_actions ofp_bundle ofp_connection ofp_errors ofp_flow ofp_group ofp_match ofp_meter ofp_monitor
  ofp_msgs ofp_packet ofp_port ofp_protocol ofp_queue ofp_table ofp_util ovs_numa ovs_rcu ovs_replay ovs_router
  ovs_thread ovsdb_cs ovsdb_error ovsdb_idl ox_stat pmd_perf poll_loop process reconnect route_table sha1 signals
  socket_util socket_util_unix stream stream_fd stream_replay stream_ssl stream_tcp stream_unix svec tc timeval
  unixctl userspace_tso util uuid vlog
`);

/** Log modules of one daemon, beside the shared ones. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  "ovs-vswitchd": words(`
  bfd bond bridge bundles cfm collectors connmgr fail_open in_band ipfix lacp lldp lldpd lldpd_structs
  netdev_dummy netflow ofproto ofproto_dpif ofproto_dpif_mirror ofproto_dpif_monitor ofproto_dpif_rid
  ofproto_dpif_upcall ofproto_dpif_xlate ofproto_xlate_cache ovs_lldp pcap rconn rstp rstp_sm sflow stp
  system_stats tunnel vconn vconn_stream vswitchd
  `),
  "ovsdb-server": words(`
  ovsdb ovsdb_file ovsdb_jsonrpc_server ovsdb_log ovsdb_monitor ovsdb_rbac ovsdb_server ovsdb_util raft raft_rpc
  relay replication storage transaction transaction_forward trigger
  `),
};

const SHARED_COUNTERS = words(`
  afxdp_cq_empty afxdp_cq_skip afxdp_fq_full afxdp_tx_full ccmap_expand ccmap_shrink conntrack_full
  conntrack_invalid_tcp_flags conntrack_l3csum_err conntrack_l4csum_err conntrack_lookup_natted_miss
  conntrack_tcp_seq_chk_bypass conntrack_tcp_seq_chk_failed datapath_drop_invalid_bond datapath_drop_invalid_port
  datapath_drop_invalid_tnl_port datapath_drop_lock_error datapath_drop_meter datapath_drop_nsh_decap_error
  datapath_drop_recirc_error datapath_drop_rx_invalid_packet datapath_drop_sample_error
  datapath_drop_tunnel_pop_error datapath_drop_tunnel_push_error datapath_drop_upcall_error
  datapath_drop_userspace_action_error dpif_destroy dpif_execute dpif_execute_with_help dpif_flow_del
  dpif_flow_flush dpif_flow_get dpif_flow_put dpif_meter_del dpif_meter_get dpif_meter_set dpif_port_add
  dpif_port_del dpif_purge drop_action_bridge_not_found drop_action_congestion drop_action_forwarding_disabled
  drop_action_invalid_tunnel_metadata drop_action_no_recirculation_context drop_action_of_pipeline
  drop_action_recirculation_conflict drop_action_recursion_too_deep drop_action_stack_too_deep
  drop_action_too_many_mpls_labels drop_action_too_many_resubmit drop_action_unsupported_packet_type flow_extract
  hindex_expand hindex_pathological hindex_reserve hindex_shrink hmap_expand hmap_pathological hmap_reserve
  hmap_shrink ipf_l3csum_err ipf_stuck_frag_list_purged lockfile_error lockfile_lock lockfile_unlock
  miniflow_extract_ipv4_pkt_len_error miniflow_extract_ipv4_pkt_too_short miniflow_extract_ipv6_pkt_len_error
  miniflow_extract_ipv6_pkt_too_short miniflow_malloc netdev_add_router netdev_arp_lookup netdev_get_ethtool
  netdev_get_hwaddr netdev_get_ifindex netdev_get_stats netdev_push_header_drops netdev_received
  netdev_send_prepare_drops netdev_sent netdev_set_ethtool netdev_set_hwaddr netdev_set_policing netlink_overflow
  netlink_received netlink_recv_jumbo netlink_sent nln_changed poll_create_node poll_zero_timeout process_start
  pstream_open seq_change txn_aborted txn_error txn_incomplete txn_not_locked txn_success txn_try_again
  txn_unchanged txn_uncommitted unixctl_received unixctl_replied util_xalloc
`);

const COUNTERS: Readonly<Record<string, readonly string[]>> = {
  "ovs-vswitchd": words(`
  bridge_reconfigure dumped_duplicate_flow dumped_new_flow handler_duplicate_upcall mac_learning_evicted
  mac_learning_expired mac_learning_learned mac_learning_moved mac_learning_static_none_move
  mcast_snooping_expired mcast_snooping_learned ofmonitor_pause ofmonitor_resume ofproto_dpif_expired
  ofproto_flush ofproto_packet_out ofproto_queue_req ofproto_recv_openflow ofproto_reinit_ports
  ofproto_update_port packet_in_overflow rconn_discarded rconn_overflow rconn_queued rconn_sent rev_bond
  rev_flow_table rev_mac_learning rev_mcast_snooping rev_port_toggled rev_reconfigure rev_rstp rev_stp
  revalidate_missed_dp_flow upcall_flow_limit_hit upcall_flow_limit_kill upcall_ukey_contention
  upcall_ukey_replace vconn_open vconn_received vconn_sent xlate_actions xlate_actions_oversize
  xlate_actions_too_many_output
  `),
  "ovsdb-server": words(`
  raft_entry_serialize txn_forward_cancel txn_forward_complete txn_forward_create txn_forward_sent
  `),
};

/** Logging modules of a program, as its original lists them in `vlog/list`. */
export const moduleNames = (program: string): readonly string[] => [...SHARED_MODULES, ...(MODULES[program] ?? [])];

/** Event counters of a program, as its original knows them in `coverage/show`. */
export const counterNames = (program: string): readonly string[] => [...SHARED_COUNTERS, ...(COUNTERS[program] ?? [])];

/** Counters of versions after 3.1: they can be read, but `coverage/show` does not count them among the unseen. */
export const LATER_COUNTERS = new Set(
  words(`
  dp_packet_batch_grow dp_packet_gso dp_packet_partial_gso dpif_netdev_output_grow_queues dpif_netdev_recirc_big_batch
  revalidate_missing_dp_flow ukey_invalid_stat_reset dpif_flow_put_error conntrack_l3csum_checked
  conntrack_l4csum_checked native_tnl_l3csum_checked native_tnl_l4csum_checked conntrack_l3csum_checked_err
  conntrack_l4csum_checked_err native_tnl_l3csum_checked_err native_tnl_l4csum_checked_err
`),
);
