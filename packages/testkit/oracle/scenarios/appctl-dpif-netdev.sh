# The work of user space datapaths, and dummies whose ports get other numbers.
# seconds: 15
start_switch --enable-dummy=override >/dev/null 2>&1
a() { try ovs-appctl "$@"; }
a dpif-netdev/pmd-stats-show
a dpif-netdev/pmd-rxq-rebalance
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure
ovs-vsctl add-port br0 p1 -- set interface p1 type=dummy ofport_request=1 \
  -- add-port br0 p2 -- set interface p2 type=dummy ofport_request=2
ovs-ofctl add-flow br0 actions=2
FRAME='in_port(1),eth(),eth_type(0x0800),ipv4(src=1.1.1.1,dst=2.2.2.2,proto=17,ttl=64,frag=no),udp(src=1,dst=2)'
ovs-appctl netdev-dummy/receive p1 "$FRAME"
a dpif-netdev/pmd-stats-show
a dpif-netdev/pmd-stats-clear
for c in '' x dummy@ovs-dummy ovs-dummy '-pmd 0' '-pmd x' -pmd '-pmd 0 ovs-dummy' 'a b' 'a b c d e f'; do
  a dpif-netdev/pmd-stats-show $c
  a dpif-netdev/pmd-rxq-show $c
done
for c in '' x dummy@ovs-dummy ovs-dummy '-pmd 0'; do for k in pmd-perf-show bond-show pmd-stats-clear pmd-rxq-rebalance; do a dpif-netdev/$k $c; done; done
for c in '-secs 5' '-secs 0' '-secs 7' '-secs x' '-secs 500' -foo; do a dpif-netdev/pmd-rxq-show $c; done
a dpif-netdev/pmd-perf-show -nh -it 3 -ms 3
for k in '' on off x 'on -b 3' 'on -b x' 'on -e' 'on -ne' 'on -us 5' 'on -q x' 'on -foo' 'on off'; do a dpif-netdev/pmd-perf-log-set $k; done
for k in dpif-impl-get 'dpif-impl-set x' 'dpif-impl-set dpif_scalar' miniflow-parser-get 'miniflow-parser-set x' \
  'miniflow-parser-set scalar' 'miniflow-parser-set study' 'miniflow-parser-set study 500' 'miniflow-parser-set study x' \
  'miniflow-parser-set scalar 5' 'miniflow-parser-set -pmd 0 scalar' 'miniflow-parser-set -pmd x scalar' \
  'miniflow-parser-set -pmd 3' 'miniflow-parser-set -pmd' 'subtable-lookup-prio-set x 3' 'subtable-lookup-prio-set generic 3' \
  'subtable-lookup-prio-set generic x' 'subtable-lookup-prio-set autovalidator 5' 'subtable-lookup-prio-set generic 300' \
  'subtable-lookup-prio-set generic -1'; do a dpif-netdev/$k; done
ovs-appctl dpif-netdev/subtable-lookup-info-get | sed 's/count: [0-9]*/count: N/'
for k in show 'set x' 'set autovalidator' show 'set scalar' show; do a odp-execute/action-impl-$k; done
for k in 'a b' 'a b c' 'dummy@ovs-dummy p1 7' 'ovs-dummy p1 7' 'ovs-dummy nosuch 7' 'ovs-dummy p1 x' 'ovs-dummy p1 2' \
  'ovs-dummy p1 -1' 'ovs-dummy 7 8' 'nosuch p1 8' 'ovs-dummy p2 0' 'ovs-dummy ovs-dummy 9'; do a dpif-dummy/change-port-number $k; done
ovs-appctl revalidator/wait
a dpif/show
ovs-appctl netdev-dummy/receive p1 "$FRAME"
ovs-appctl dpctl/dump-flows | sed 's/used:[^,]*/used:T/'
ovs-ofctl dump-flows br0 | grep -o 'n_packets=[0-9]*'
a dpctl/show
