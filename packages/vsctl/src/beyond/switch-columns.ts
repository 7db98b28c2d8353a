// Columns that ovs-vswitchd and ovs-vsctl keep for themselves: no edit of a person's, so neither shown nor undone.
const OWN: Readonly<Record<string, readonly string[]>> = {
  Bridge: ["datapath_version"],
  Datapath: ["capabilities", "datapath_version"],
  Interface: ["cfm_flap_count", "error", "ofport"],
  Open_vSwitch: [
    "cur_cfg",
    "datapath_types",
    "db_version",
    "dpdk_initialized",
    "dpdk_version",
    "iface_types",
    "next_cfg",
    "ovs_version",
  ],
  Port: ["bond_active_slave"],
};

/** Whether people do not write this column. */
export const isSwitchColumn = (table: string, column: string): boolean => OWN[table]?.includes(column) === true;
