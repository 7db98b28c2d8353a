# packet-out and monitor
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy protocols=OpenFlow10,OpenFlow13
for i in 1 2; do ovs-vsctl add-port br0 eth$i -- set interface eth$i type=dummy ofport_request=$i; done
ovs-ofctl del-flows br0
udp=ffffffffffff00000000000108004500001c00000000401100000a0000010a000002003500350008ffff
arp=ffffffffffff0000000000010806000108000604000100000000000a0a00000100000000000000000002
ovs-ofctl -vconsole:off monitor br0 65534 -P nxt_packet_in >mon1 2>&1 & a=$!
ovs-ofctl -vconsole:off -O OpenFlow13 monitor br0 65534 >mon2 2>&1 & b=$!
ovs-ofctl -vconsole:off -O OpenFlow13 -P standard monitor br0 >mon3 2>&1 & c=$!
sleep 1
try ovs-ofctl -O OpenFlow13 packet-out br0 1 controller $udp
try ovs-ofctl packet-out br0 none 'load:5->NXM_NX_REG0[],set_tunnel:7,controller(max_len=20,id=0,userdata=01.02)' $arp
try ovs-ofctl packet-out br0 "in_port=1,packet=$udp,actions=controller"
try ovs-ofctl add-flow br0 table=0,tcp,idle_timeout=5,send_flow_rem,cookie=7,actions=drop
try ovs-ofctl del-flows br0 table=0
sleep 1
kill $a $b $c; wait $a $b $c 2>/dev/null
for i in 1 2 3; do echo "== $i"; sed -E 's/duration[0-9.]+s/durationT/' mon$i; done
e() { echo "> $*"; ovs-ofctl -vconsole:off "$@" 2>&1; }
e packet-out br0 none 1 00
e packet-out br0 eth9 drop 00
e packet-out br0 1 drop zz
e packet-out br0 1 foo $udp
e packet-out br0
e packet-out br0 foo
e packet-out br0 in_port=1,packet=zz,actions=drop
e packet-out br0 in_port=1,actions=drop
e packet-out br0 "foo=1,packet=$udp,actions=drop"
e packet-out br0 "in_port=1,packet=$udp,nope,actions=drop"
e monitor br0 zork
for h in 010000080000000a 0102000c0000000161626364 0405000800000001 040900 0409000c0000000200000080 0412001000000002000d000000000000 0101000c0000000100010001 0104001400000001000023200000000a00000001 06210010000000010000000500010003 0463000800000001; do e ofp-print $h; done
