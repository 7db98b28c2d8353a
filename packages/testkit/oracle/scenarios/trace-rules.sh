# rules of translation that the fuzzer of the packet engine found, one trace each
start_switch --enable-dummy=override
keep_asking
# one port after the other, so that the datapath numbers them alike
while read -r line; do ovs-vsctl $line; done <<'.'
set open_vswitch . other_config:vlan-limit=2 -- add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure other_config:hwaddr=aa:55:aa:55:00:00
add-port br0 p1 -- set interface p1 type=dummy ofport_request=1
add-port br0 p2 -- set interface p2 type=dummy ofport_request=2
add-br br1 -- set bridge br1 datapath_type=dummy fail_mode=secure other_config:hwaddr=aa:66:aa:66:00:00
add-port br1 q2 -- set interface q2 type=dummy ofport_request=2
add-port br0 patch0 -- set interface patch0 type=patch options:peer=patch1 ofport_request=8
add-port br1 patch1 -- set interface patch1 type=patch options:peer=patch0 ofport_request=1
.
ovs-ofctl -O OpenFlow15 add-flow br1 'actions=output(port=2,max_len=64)'
ovs-ofctl -O OpenFlow15 add-flows br0 - <<'.'
table=1,dl_type=0x7701,actions=output:ALL
table=1,dl_type=0x7702,actions=encap(nsh),goto_table:2
table=1,dl_type=0x7703,actions=load:0x100a->NXM_OF_VLAN_TCI[],2
table=1,dl_type=0x7704,actions=mod_dl_src:00:00:00:00:00:05,ct_clear,2
table=1,dl_type=0x7705,actions=NORMAL
table=1,dl_type=0x894f,actions=set_field:5->nsh_ttl,set_field:0/5->nsh_c2,move:NXM_NX_REG0[0..3]->NXOXM_NSH_SI[4..7],2
table=1,actions=2
table=2,dl_src=00:00:00:00:00:00,actions=2
table=2,eth,priority=5,actions=2
actions=resubmit(,1)
.
t() {
  echo "\$ $*"
  ovs-appctl ofproto/"$@" | sed -n 's/recirc(0x[0-9a-f]*/recirc(N/; /^ 2\|^Flow\|<<<<\|^Mega\|^Data\|^Final/p'
}
t trace br0 in_port=1,dl_type=0x7701
t trace br0 in_port=1,dl_type=0x7702
t trace br0 in_port=1 0000000000020000000000028100601481 # too short for its tag
t trace br0 in_port=1 000000000002000000000002810060148100e0147703000000000000
t trace br0 in_port=1,dl_type=0x7704,ct_state=trk,ct_mark=1
t trace br0 in_port=1,tun_id=5,tun_src=10.0.0.1,tun_dst=10.0.0.2,tun_tos=3,ip,nw_tos=4
t trace br0 in_port=1,tun_id=5,tun_src=10.0.0.1,tun_dst=10.0.0.2,tun_tos=3,ip,nw_ecn=1
t trace br0 in_port=1,reg0=7,tun_id=5,pkt_mark=3 0000000000020000000000021234000000000000
t trace br0 in_port=1 0000000000010180c2000000894f21460101123456ff000000010102030400000000ffffffff0001020304050607
for offset in 4 5 6; do t trace br0 in_port=1 02000000000102000000000208004500002800010000400600000102030405060708005003e80000000100000002${offset}012000a00000000; done
for actions in 'clone(exit),2' 'clone(output:1,exit),2' 'clone(pop_mpls:0x0800,dec_ttl,1),2' 'mod_tp_dst:1024,2'; do t trace-packet-out br0 in_port=2,icmp6 "$actions"; done
t trace-packet-out br0 in_port=2,mpls,mpls_bos=1 'clone(pop_mpls:0x0800,dec_ttl,1),2'
for flow in ct_state=+trk+est,ct_nw_src=10.0.0.1 ip,ct_state=+trk+est,ct_nw_src=10.0.0.1 ip,ct_state=+trk+est,ct_ipv6_src=::1 ipv6,ct_state=+trk+est,ct_ipv6_src=::1; do
  echo "$flow: $(ovs-ofctl -O OpenFlow15 add-flow br0 $flow,actions=drop 2>&1 | grep -o -m1 'OFPBAC[A-Z_]*')"
done
ovs-ofctl -O OpenFlow15 add-flow br0 'ipv6,actions=ct(commit,zone=NXM_NX_REG0[0..15],nat(src=10.0.0.1))'
# flows of Ethernet packets and flows of any are not the same, and OpenFlow 1.0 can tell of Ethernet by a field alone
for flow in eth in_port=1 dl_src=00:00:00:00:00:01; do for v in 10 13 15; do ovs-ofctl -O OpenFlow$v add-flow br1 "$flow,actions=set_queue:$v"; done; done
ovs-ofctl -O OpenFlow15 dump-flows br1 --no-stats
ovs-ofctl -O OpenFlow15 del-flows br1 eth
ovs-ofctl -O OpenFlow15 dump-flows br1 --no-stats
for flow in tcp,actions=decap,set_field:10.0.0.2-\>ip_dst actions=decap,set_field:10.0.0.2-\>ip_dst dl_type=0x894f,actions=decap,set_field:5-\>nsh_ttl; do
  echo "$flow: $(ovs-ofctl -O OpenFlow15 add-flow br1 "${flow/decap/decap()}" 2>&1 | grep -o -m1 'OFPBAC[A-Z_]*')"
done
