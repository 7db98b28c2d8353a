# whole tables: files of commands, replace-flows, diff-flows, bundles
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy protocols=OpenFlow10,OpenFlow13,OpenFlow14
for i in 1 2; do ovs-vsctl add-port br0 eth$i -- set interface eth$i type=dummy ofport_request=$i; done
ovs-ofctl del-flows br0
D() { ovs-ofctl --no-stats dump-flows br0 "$@" | sort; }
for i in $(seq 1 150); do echo "table=$((i % 3)),priority=$i,ip,nw_dst=10.0.0.$i,actions=output:1"; done >many
try ovs-ofctl add-flows br0 many
D | wc -l
D table=2,ip,nw_dst=10.0.0.0/28
printf 'priority=1,ip,actions=1\npriority=2,arp,cookie=5,actions=2\n' >f1
try ovs-ofctl replace-flows br0 f1; D
printf 'priority=1,ip,actions=2\npriority=3,arp,actions=2\ntable=1,actions=drop\n' >f2
try ovs-ofctl diff-flows br0 f2
try ovs-ofctl diff-flows f1 f2
try ovs-ofctl diff-flows f1 f1
try ovs-ofctl replace-flows br0 f2; D
printf 'delete table=1\nadd table=4,actions=drop\nmodify table=4,actions=normal\ndelete_strict priority=3,arp\n' >f3
try ovs-ofctl add-flows br0 f3; D
printf 'priority=7,ip,actions=1\nfoo=1,actions=2\n' >f4
try ovs-ofctl add-flows br0 f4; D
try ovs-ofctl -O OpenFlow14 --bundle add-flows br0 f1; D
printf 'priority=9,ip,actions=1\npriority=8,ip,actions=group:9\n' >f5
try ovs-ofctl -O OpenFlow14 --bundle add-flows br0 f5; D
printf 'flow add priority=11,ip,actions=1\nflow delete_strict priority=1,ip\n' >f6
try ovs-ofctl -O OpenFlow14 bundle br0 f6; D
try ovs-ofctl add-flows br0 nosuch
try ovs-ofctl replace-flows br0 nosuch
echo 'priority=20,actions=drop' | try ovs-ofctl add-flow br0 -; D
