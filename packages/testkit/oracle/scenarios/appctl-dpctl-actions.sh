# Datapath actions in text, and commands about what these datapaths have none of.
start_switch --enable-dummy=override >/dev/null 2>&1
a() { try ovs-appctl "dpctl/$@"; }
a cache-get-size
a offload-stats-show
a add-dp dummy@d1 p1 p2
for c in '' x dummy@d1 dummy@x -m --foo; do a cache-get-size $c; done
for c in '' 'a b' 'a b c' 'dummy@d1 b c' 'dummy@d1 b 1' 'dummy@x b 1' 'a b c d'; do a cache-set-size $c; done
for c in '' x dummy@d1 -m 'a b'; do a offload-stats-show $c; done
for c in '' foo drop 1,2 '1 2 bad 3' 'push_vlan(vid=3,pcp=0)' '--foo 1' '-m 1' p1; do a parse-actions $c; done
F='in_port(1),eth(),eth_type(0x0800),ipv4(proto=17),udp()'
V='in_port(1),eth(),eth_type(0x8100),vlan(vid=3,pcp=0),encap(eth_type(0x0800),ipv4(proto=17),udp())'
M='in_port(a),eth(),eth_type(0x8847),mpls(label=5,tc=1,ttl=64,bos=1)'
a normalize-actions
a normalize-actions x y
a normalize-actions 'in_port(p1)' 1
for actions in 3,1,2 'push_vlan(vid=3,pcp=1),2,push_vlan(vid=4,pcp=0),1,pop_vlan,5,pop_vlan,6,1' \
  'push_vlan(tpid=0x88a8,vid=3,pcp=1),1' 'push_vlan(vid=3,pcp=1,cfi=0),1' 'push_vlan(vid=0,pcp=0,cfi=0),1' \
  '3,set(ipv4(src=1.1.1.1)),2,1,set(eth(src=00:00:00:00:00:01)),9,8' pop_vlan,1 'push_vlan(vid=3,pcp=1)' '' \
  '2,push_vlan(vid=9,pcp=1),4,3,pop_vlan,push_vlan(vid=8,pcp=7),1,pop_vlan,1' '1,clone(3,2),1' bad drop; do
  a normalize-actions "$F" "$actions"
done
a normalize-actions "$V" 1,pop_vlan,2
a normalize-actions -m "$M" 'b,push_vlan(vid=5,pcp=2),a' a=1 b=2
a normalize-actions 'in_port(a)' b a=1 b=
a normalize-actions 'in_port(a)' b a=1 b=3x
a normalize-actions 'in_port(1)' 1
a normalize-actions 'in_port(1),eth(),eth_type(0x0800)' drop
a normalize-actions 'in_port(1),eth(),eth_type(0x0800),ipv4(proto=6)' 1
a normalize-actions 'in_port(1),eth(),eth_type(0x0800),ipv4(proto=6),udp()' 1
a normalize-actions '' 1
try ovs-dpctl parse-actions 1 2 bad
try ovs-dpctl normalize-actions "$F" 3,1,2
try ovs-dpctl normalize-actions "$F" bad
