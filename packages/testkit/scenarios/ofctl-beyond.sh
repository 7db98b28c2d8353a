# What ovs-ofctl does beyond the original: bridges without OpenFlow 1.0 are asked in a version of theirs, `why`, `explain`.
# seconds: 8
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure protocols=OpenFlow11,OpenFlow13
for i in 1 2; do ovs-vsctl add-port br0 p$i -- set interface p$i type=dummy ofport_request=$i; done
holds "a flow goes in by OpenFlow 1.3" ovs-ofctl add-flow br0 tcp,tp_dst=80,actions=drop
holds "flows of a file in a bundle, too" sh -c 'echo priority=1,actions=2 | ovs-ofctl --bundle add-flows br0 -'
shows "they are listed in it" 'OFPST_FLOW reply \(OF1.3\) \(xid=0x2\)' ovs-ofctl dump-flows br0
fails "and compared" 2 '^-priority=1 ' ovs-ofctl diff-flows br0 /dev/stdin <<<tcp,tp_dst=80,actions=drop
holds "groups" ovs-ofctl add-group br0 group_id=1,type=all,bucket=output:1
shows "are there" 'OF1.3.*' ovs-ofctl dump-groups br0
fails "-O is taken by its word" 1 'failed to connect to socket' ovs-ofctl -O OpenFlow10 dump-flows br0
shows "-O is told why" 'we support version 0x01, peer supports versions 0x02, 0x04' sh -c 'ovs-ofctl -O OpenFlow10 dump-flows br0 2>&1 || :'
fails "so is -F" 1 'does not support any of the usable flow formats' ovs-ofctl -F nxm dump-flows br0
shows "why a packet is dropped" '^Dropped: the rule of table 0 with priority 32768 says drop' ovs-ofctl why br0 'p1/10.0.0.1 > p2/10.0.0.2:80'
shows "why another is not" '^Goes to port 2 \(p2\)' ovs-ofctl why br0 'p1/10.0.0.1 > p2/10.0.0.2:81'
fails "a host that is nowhere" 1 'zork' ovs-ofctl why br0 'zork > p1'
ovs-vsctl set bridge br0 protocols=OpenFlow10,OpenFlow13
shows "OpenFlow 1.0 comes first where it is offered" 'NXST_FLOW reply' ovs-ofctl dump-flows br0
shows "octets beside names" 'version' ovs-ofctl explain 0100000800000001
