# what a switch tells of itself and of its ports; mod-port, fragments, queues
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy other-config:datapath-id=0000000000000001 protocols=OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15
for i in 1 2 3; do ovs-vsctl add-port br0 eth$i -- set interface eth$i type=dummy ofport_request=$i; done
s() { echo "> $*"; ovs-ofctl "$@" 2>&1 | sed -E 's/addr:[0-9a-f:]+/addr:A/'; }
for v in 10 12 13 14; do s -O OpenFlow$v show br0; done
s dump-desc br0
s -O OpenFlow13 dump-desc br0
s dump-tables br0
s -O OpenFlow13 dump-tables br0
for v in 10 13; do s -O OpenFlow$v dump-ports br0 1; done
s -O OpenFlow14 dump-ports br0 eth2
s --names dump-ports br0 eth1
s dump-ports br0 77
s dump-ports br0 nosuch
s dump-ports-desc br0
s -O OpenFlow13 dump-ports-desc br0
s -O OpenFlow15 dump-ports-desc br0 eth1
s dump-table-desc br0
try ovs-ofctl mod-port br0 eth1 down
try ovs-ofctl mod-port br0 1 up
try ovs-ofctl mod-port br0 eth9 up
try ovs-ofctl mod-port br0 99 up
try ovs-ofctl mod-port br0 eth1 foo
try ovs-ofctl mod-port br0 eth1 no-flood
try ovs-ofctl mod-port br0 eth2 noflood
try ovs-ofctl mod-port br0 eth2 no-packet-in
try ovs-ofctl -O OpenFlow13 mod-port br0 eth3 no-forward
s -O OpenFlow13 dump-ports-desc br0
s dump-ports-desc br0
try ovs-ofctl get-frags br0
try ovs-ofctl set-frags br0 drop
try ovs-ofctl get-frags br0
try ovs-ofctl set-frags br0 foo
s queue-stats br0 1
s queue-stats br0 1 5
s queue-stats br0 77
s queue-stats br0 foo
s queue-get-config br0 1
s -O OpenFlow13 queue-get-config br0 1
s queue-get-config br0 77
try ovs-ofctl mod-table br0 0 controller
try ovs-ofctl -O OpenFlow14 mod-table br0 0 foo
