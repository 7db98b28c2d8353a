# Fake bridges: a VLAN of a bridge as a bridge of its own
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy -- add-br br9 -- set bridge br9 datapath_type=dummy
try ovs-vsctl add-br brf br0 7
try ovs-vsctl add-port brf f1 -- set interface f1 type=dummy -- add-port br0 p1 -- set interface p1 type=dummy
try ovs-vsctl get port f1 tag -- get port brf tag fake_bridge interfaces:x
try ovs-vsctl get port brf tag fake_bridge -- get interface brf type
try ovs-vsctl list-br
try ovs-vsctl --real list-br
try ovs-vsctl --fake list-br
try ovs-vsctl --fake --real list-br
try ovs-vsctl list-ports br0 -- list-ports brf -- list-ifaces br0 -- list-ifaces brf
try ovs-vsctl br-to-vlan brf -- br-to-parent brf -- br-to-vlan br0 -- br-to-parent br0
try ovs-vsctl br-exists brf
try ovs-vsctl port-to-br f1 -- iface-to-br f1 -- port-to-br p1
try ovs-vsctl port-to-br brf
try ovs-vsctl iface-to-br brf
try ovs-vsctl --may-exist add-br brf
try ovs-vsctl --may-exist add-br brf br0 7
try ovs-vsctl --may-exist add-br brf br0 8
try ovs-vsctl --may-exist add-br brf br9 7
try ovs-vsctl --may-exist add-br br0 br9 7
try ovs-vsctl add-br brf
try ovs-vsctl add-br brg br0 7
try ovs-vsctl add-br brg brf 8
try ovs-vsctl add-br brg nobr 8
try ovs-vsctl add-br brg br0 4096
try ovs-vsctl add-br brg br0 -1
try ovs-vsctl add-br p1 br0 9
try ovs-vsctl add-br f1 br0 9
try ovs-vsctl add-br brf br9 9
try ovs-vsctl add-port brf brf
try ovs-vsctl add-port br0 brf
try ovs-vsctl del-port br0 f1
try ovs-vsctl del-port brf p1
try ovs-vsctl del-port brf
try ovs-vsctl del-port br0 brf
try ovs-vsctl br-set-external-id brf a b -- br-get-external-id brf a -- br-get-external-id brf -- get port brf external_ids
try ovs-vsctl br-set-external-id brf c d -- br-set-external-id brf a -- br-get-external-id brf -- br-get-external-id brf a
try ovs-vsctl set port brf external_ids:other=1 -- br-get-external-id brf
try ovs-vsctl br-set-external-id br0 a b -- br-set-external-id br0 'c d' e=f -- br-get-external-id br0 -- get bridge br0 external_ids
try ovs-vsctl get-controller brf
try ovs-vsctl set-controller brf tcp:127.0.0.1:1
try ovs-vsctl del-controller brf
try ovs-vsctl get-fail-mode brf
try ovs-vsctl set-fail-mode brf secure
try ovs-vsctl del-fail-mode brf
try ovs-vsctl get-aa-mapping brf
try ovs-vsctl add-bond brf bond0 b1 b2 -- set interface b1 type=dummy -- set interface b2 type=dummy -- get port bond0 tag
try ovs-vsctl add-port brf f2 tag=9 -- set interface f2 type=dummy -- port-to-br f2
try ovs-vsctl add-port br0 f3 tag=7 -- set interface f3 type=dummy -- port-to-br f3
try ovs-vsctl set port p1 tag=7 -- list-ports brf -- clear port p1 tag -- list-ports brf
try ovs-vsctl add-br brz br0 0 -- add-port br0 z1 tag=0 -- set interface z1 type=dummy -- list-ports brz -- br-to-vlan brz
try ovs-vsctl set port brf fake_bridge=false -- list-br -- list-ports br0
try ovs-vsctl set port brf fake_bridge=true -- set port brf tag=4 -- list-ports br0 -- list-ports brf
try ovs-vsctl del-br brf -- list-br -- list-ports br0
try ovs-vsctl add-br brf br0 7 -- add-port brf g1 -- set interface g1 type=dummy -- del-br br0 -- list-br
try ovs-vsctl list port g1
try ovs-vsctl del-br brf
try ovs-vsctl --if-exists del-br brf
try ovs-vsctl add-br brq -- set bridge brq datapath_type=dummy -- add-br brr brq 5 -- add-port brr q1 -- list-ports brr -- del-br brr -- list-br -- list-ports brq
