# What the log says of OpenFlow messages: in ovs-vswitchd's file, and on the console of ovs-ofctl -vvconn.
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure other-config:hwaddr=aa:55:aa:55:00:00 \
  -- add-port br0 p1 -- set interface p1 type=dummy ofport_request=1 \
  -- set bridge br0 protocols=OpenFlow10,OpenFlow13,OpenFlow15
told() { sed -E 's/^[^|]*\|[0-9]+\|//; s/xid=0x[0-9a-f]+/xid=X/; s/^ .*(duration|n_packets)/ \1/; s#unix:[^ ]*/#unix:#'; }
ofctl() {
  echo "\$ ovs-ofctl $*"
  # without what the reference asks first, to learn names of ports and tables
  ovs-ofctl -vvconn "$@" 2>&1 >/dev/null | told | sed -n '/_MOD\|NXST_FLOW\|cookie\|GROUP\|negotiation\|BARRIER/p'
}
ofctl add-flow br0 in_port=1,actions=drop
ofctl dump-flows br0
ofctl -O OpenFlow13 add-flow br0 priority=5,tcp,tp_dst=80,actions=push_vlan:0x8100,set_field:4099-\>vlan_vid,1
ofctl -O OpenFlow11 dump-flows br0
ofctl -O OpenFlow15 add-group br0 group_id=1,type=all,bucket=output:1
ofctl -O OpenFlow15 add-group br0 group_id=1,type=all,bucket=output:1
ofctl -O OpenFlow13 mod-group br0 group_id=5,type=all,bucket=output:1

ovs-appctl vlog/set vconn:dbg
say() { ovs-ofctl "$@" >/dev/null 2>&1; }
say add-flow br0 in_port=1,actions=2
say -O OpenFlow13 add-flow br0 in_port=1,actions=group:9
say -O OpenFlow13 mod-flows br0 actions=normal
say -O OpenFlow15 add-meter br0 meter=1,kbps,band=type=drop,rate=1000
say -O OpenFlow15 add-meter br0 meter=1,kbps,band=type=drop,rate=1000
say -O OpenFlow12 dump-flows br0
say queue-get-config br0 77
say queue-stats br0 77
say -O OpenFlow13 queue-stats br0 1 5
say packet-out br0 'in_port=1 packet=ffffffffffff0000000000010800 actions=1'
ovs-appctl vlog/set vconn:info
sleep 0.3
# Numbers of connections and transactions differ, and what is asked to learn of what a switch can do.
sed -n '/vconn|DBG/,$p' "$OVS_LOGDIR/ovs-vswitchd.log" | told | sed -E 's/unix#[0-9]+/unix#N/g; s/xid=0x[0-9a-f]+/xid=X/g' >lines
grep -E 'connmgr\|INFO.*error reply|negotia|FLOW_MOD|METER_MOD|ERROR|PACKET_OUT' lines | uniq
