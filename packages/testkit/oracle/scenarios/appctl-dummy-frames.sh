# Flows of frames without Ethertype and of fragments, received by a dummy device.
start_switch --enable-dummy=override >/dev/null 2>&1
keep_asking
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure
ovs-vsctl add-port br0 p1 -- set interface p1 type=dummy ofport_request=1 \
  -- add-port br0 p2 -- set interface p2 type=dummy ofport_request=2
ovs-ofctl add-flow br0 actions=2
flows() { ovs-appctl dpctl/dump-flows | sed 's/used:[^,]*/used:T/' | sort; }
received() {
  try ovs-appctl netdev-dummy/receive p1 "$@"
  flows
  ovs-appctl revalidator/purge
}
received 'in_port(1),eth(src=50:54:00:00:00:01,dst=50:54:00:00:00:02)'
received 'in_port(1),eth(src=50:54:00:00:00:01,dst=50:54:00:00:00:02),eth_type(0x05ff)'
received 0180c2000000aabbccddee000026424203000000000080641c0e3a8000000000000080641c0e3a8080080000140002000f000000000000000000
received ffffffffffffaabbccddee000014aaaa0300000c2000000102030405060708090a0b
received ffffffffffffaabbccddee000014e0e003aabbccddee00112233445566778899aabbccddeeff
IP='eth_type(0x0800),ipv4(src=1.1.1.1,dst=2.2.2.2,proto=17,ttl=64'
received "in_port(1),eth(),eth_type(0x8100),vlan(vid=3,pcp=0),encap($IP,frag=later))"
received 'in_port(1),eth(),eth_type(0x8100),vlan(vid=3,pcp=0),encap()'
received 'in_port(1),eth(),eth_type(0x86dd),ipv6(src=::1,dst=::2,proto=17,frag=later)'
received "in_port(1),eth(),$IP,frag=first),udp(src=1,dst=2)"
for frame in 'in_port(1),eth(src=50:54:00:00:00:01,dst=50:54:00:00:00:02)' "in_port(1),eth(),$IP,frag=first),udp(src=1,dst=2)" \
  "in_port(1),eth(),$IP,frag=later)" "in_port(1),eth(),$IP,frag=no),udp(src=1,dst=2)"; do
  ovs-appctl netdev-dummy/receive p1 "$frame"
done
flows
ovs-ofctl dump-flows br0 | grep -o 'n_packets=[0-9]*, n_bytes=[0-9]*'
try ovs-appctl dpctl/show dummy@ovs-dummy

# Words that the commands take, and those that they refuse.
FLOW="in_port(1),eth(),$IP,frag=no),udp(src=1,dst=2)"
for words in x in_port=1,tcp 1234 'in_port(1),foo' --qid '--qid 0' "--qid 0 $FLOW" "--qid 1 $FLOW" "--qid -1 $FLOW" "$FLOW --qid 0" "--len 80 $FLOW" \
  "$FLOW --len 59" "$FLOW --len 60" "$FLOW --len 500" "$FLOW --len x" "ffffffffffff0000000000010800 --len 80"; do
  try ovs-appctl netdev-dummy/receive p1 $words
done
ovs-appctl netdev-dummy/set-admin-state up >/dev/null
for words in '' up UP p1 'p1 up' 'p1 x' 'x up' 'p1 up up'; do try ovs-appctl netdev-dummy/set-admin-state $words; done
for words in '' p1 x 'p1 p2'; do try ovs-appctl netdev-dummy/conn-state $words; done
