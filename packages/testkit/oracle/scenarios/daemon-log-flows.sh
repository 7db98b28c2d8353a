# What the log says of flows and packets at level dbg: others read these lines as they read a command's answer.
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure other-config:hwaddr=aa:55:aa:55:00:00 \
  -- add-port br0 p1 -- set interface p1 type=dummy ofport_request=1 \
  -- add-port br0 p2 -- set interface p2 type=dummy ofport_request=2
ovs-ofctl add-flows br0 - <<'FLOWS'
in_port=1,actions=2
in_port=2,icmp,actions=1
in_port=2,tcp,actions=mod_nw_dst:10.0.0.9,1
in_port=2,arp,actions=controller
FLOWS
ovs-appctl revalidator/wait
ovs-appctl time/stop
ovs-appctl vlog/set dpif_netdev:dbg
ovs-appctl vlog/set dpif:dbg
eth='eth(src=50:54:00:00:00:09,dst=50:54:00:00:00:0a)'
ip='eth_type(0x0800),ipv4(src=10.0.0.1,dst=10.0.0.2,proto=%d,tos=0,ttl=64,frag=no)'
receive() { ovs-appctl netdev-dummy/receive "$1" "in_port(${1#p}),$2"; }
icmp="$(printf "$ip" 1),icmp(type=8,code=0)"
receive p1 "$eth,$icmp"
receive p1 "$eth,$icmp"
receive p2 "$eth,$icmp"
receive p2 "$eth,$(printf "$ip" 6),tcp(src=8,dst=7),tcp_flags(ack)"
receive p2 "$eth,eth_type(0x8100),vlan(vid=5,pcp=1),encap($icmp)"
receive p2 "$eth,eth_type(0x0806),arp(sip=10.0.0.1,tip=10.0.0.2,op=1,sha=50:54:00:00:00:09,tha=00:00:00:00:00:00)"
ovs-appctl time/warp 1000
ovs-ofctl add-flow br0 in_port=2,icmp,actions=drop
ovs-appctl revalidator/wait
ovs-ofctl packet-out br0 'in_port=1 packet=ffffffffffff0000000000010800 actions=2'
ovs-appctl time/warp 11000
ovs-appctl revalidator/wait
# The lines of interest, without what each run names anew; the reference's revalidator is a thread with a name.
cut -d'|' -f3- "$OVS_LOGDIR/ovs-vswitchd.log" | sed -E 's/\(revalidator[0-9]+\)//; s/ufid:[0-9a-f-]+/ufid:U/g' >lines
for what in 'flow_add:' 'flow_mod:' 'flow match:' flow_del; do grep "$what" lines | sort; done
# The reference's mask of a tag is here that of the translation, ours what the datapath holds.
grep 'put\[modify\]' lines | grep -v 'vlan('
grep --no-group-separator -A2 'upcall:$' lines
grep --no-group-separator -A1 execute lines
