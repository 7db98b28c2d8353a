# Why packets went nowhere: the counters of coverage/show. Threads of the reference hand theirs over once a second.
start_switch --enable-dummy=override >/dev/null 2>&1
keep_asking
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure \
  -- add-port br0 p1 -- set interface p1 type=dummy ofport_request=1 \
  -- add-port br0 p2 -- set interface p2 type=dummy ofport_request=2
of() { ovs-ofctl -O OpenFlow13 "$@"; }
ovs-vsctl set bridge br0 protocols=OpenFlow10,OpenFlow13
UDP='in_port(1),eth(),eth_type(0x0800),ipv4(src=1.1.1.1,dst=2.2.2.2,proto=17,ttl=64,frag=no),udp(src=1,dst=2)'
rx() { ovs-appctl netdev-dummy/receive p1 "$@"; }
# table FLOW...: the table holds these alone from now on.
table() {
  of del-flows br0
  printf '%s\n' "$@" | of add-flows br0 -
  ovs-appctl revalidator/purge
}
table actions=drop
rx "$UDP" "$UDP"
rx "$UDP"
table 'actions=resubmit(,0)'
rx "$UDP"
rx "$UDP"
table 'table=0,actions=resubmit(,1)' $(for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "table=$i,actions=resubmit(,$((i + 1))),resubmit(,$((i + 1)))"; done)
rx "$UDP"
table 'in_port=1 actions=push_mpls:0x8847,push_mpls:0x8847,push_mpls:0x8847,push_mpls:0x8847,2'
rx "$UDP"
of add-meter br0 'meter=1 pktps burst stats bands=type=drop rate=1 burst_size=1'
ovs-appctl time/stop
table actions=meter:1,2
rx "$UDP" "$UDP" "$UDP" "$UDP" "$UDP"
ovs-appctl time/warp 10 >/dev/null
table 'actions=controller'
rx "$UDP"
table 'actions=controller,2'
rx "$UDP"
table 'dl_type=0x0900 actions=drop'
for frame in 0800 080045000014 0800450000ff0000000000110000010101010202020200010002 08004700001400000000001100000101010102020202 86dd60000000 \
  "86dd6000000000ff1140$(printf '0%.0s' {1..64})0001"; do
  rx "ffffffffffff000000000001$frame"
done
try rx ffffffffffff00000000000108
ovs-appctl time/warp 3000 1000 >/dev/null
sleep 1.2
# How often a packet is parsed on its way is the reference's own business.
ovs-appctl coverage/show | awk '/^(drop_|datapath_drop)/ { print $1, $NF } /^miniflow_extract/ { print $1 }' | sort
