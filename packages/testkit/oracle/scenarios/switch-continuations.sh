# controller(pause): what the packet-in carries, and what comes of NXT_RESUME, in two versions.
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure
for i in 1 2; do ovs-vsctl add-port br0 p$i -- set interface p$i type=dummy ofport_request=$i options:pcap=p$i.pcap; done
ovs-ofctl -O OpenFlow13 add-group br0 'group_id=7,type=all,bucket=controller(pause,userdata=07),set_field:1->reg1,output:2'
ovs-ofctl -O OpenFlow13 add-flows br0 - <<'END'
in_port=1,tcp,tcp_dst=1,actions=set_field:5->reg0,push:NXM_NX_REG0[],push:NXM_OF_ETH_SRC[],controller(pause,userdata=01.02.03),mod_nw_ttl:6,pop:NXM_OF_ETH_DST[],output:2
in_port=1,tcp,tcp_dst=2,actions=resubmit(,2),output:2
table=2,tcp,cookie=0x77,actions=set_field:9->metadata,controller(pause,max_len=40,id=0),mod_dl_src:00:00:00:00:00:99
in_port=1,tcp,tcp_dst=3,actions=push_mpls:0x8847,controller(pause),dec_mpls_ttl,output:2
in_port=1,tcp,tcp_dst=4,actions=controller(pause),goto_table:3
table=3,tcp,actions=ct(table=4)
table=4,tcp,ct_state=+trk,actions=controller(pause),ct(commit),output:2
in_port=1,tcp,tcp_dst=5,actions=group:7
END
each() {
  local port pid
  echo "--- $*"
  ovs-ofctl "$@" --detach --no-chdir --pidfile --unixctl="$OVS_RUNDIR/monitor.ctl" monitor br0 65534 resume -m >seen 2>&1
  for port in 1 2 3 4 5; do
    ovs-appctl netdev-dummy/receive p1 "in_port(1),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.1.1.1,dst=2.2.2.2,proto=6,tos=0,ttl=64,frag=no),tcp(src=9,dst=$port)"
    sleep 0.3
  done
  ovs-appctl -t "$OVS_RUNDIR/monitor.ctl" ofctl/barrier
  # Of a bridge that is not there, and of none at all.
  ovs-appctl -t "$OVS_RUNDIR/monitor.ctl" ofctl/send "$STALE" "$NOWHERE"
  ovs-appctl -t "$OVS_RUNDIR/monitor.ctl" ofctl/barrier
  pid=$(cat "$OVS_RUNDIR/ovs-ofctl.pid")
  ovs-appctl -t "$OVS_RUNDIR/monitor.ctl" exit
  until_true 10 gone "$pid"
  cat seen
}
STALE=0104008000000009000023200000001c000000400200000000010200000000021234000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000003000500000000000800280000000080000014000102030405060708090a0b0c0d0e0f000000008008000800000001
NOWHERE=0104005800000009000023200000001c000000400200000000010200000000021234000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000003000500000000
each -P nxt_packet_in2
STALE=04${STALE#01} NOWHERE=04${NOWHERE#01}
each -O OpenFlow13 -P nxt_packet_in2
each -O OpenFlow13 -P standard
ovs-ofctl dump-flows br0 | sed 's/idle_age=[^ ]*//'
tcpdump -nne -r p2.pcap 2>/dev/null | sed 's/^[0-9:.]* //'
