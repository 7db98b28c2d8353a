# a resubmit loop: what it counts, what the log says of it; memory/show
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy
for i in 1 2; do ovs-vsctl add-port br0 p$i -- set interface p$i type=dummy ofport_request=$i; done
ovs-appctl memory/show
ovs-ofctl add-flow br0 table=1,actions=resubmit:1
ovs-ofctl add-flow br0 in_port=1,actions='resubmit(,0)'
ovs-appctl netdev-dummy/receive p1 'in_port(1),eth(src=02:00:00:00:00:02,dst=02:00:00:00:00:01),eth_type(0x1234)'
ovs-appctl ofproto/trace br0 in_port=1 >/dev/null
ovs-ofctl dump-flows br0
sleep 0.5
ovs-appctl coverage/read-counter drop_action_recursion_too_deep
sed 's/^[^|]*|[0-9]*|//' $OVS_LOGDIR/ovs-vswitchd.log | grep 'xlate.*WARN'
