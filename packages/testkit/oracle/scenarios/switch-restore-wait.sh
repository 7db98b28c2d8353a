# flow-restore-wait: a daemon that starts with it looks at no packet and asks no controller until it is lifted
start_db
ovs-vsctl --no-wait set open . other_config:flow-restore-wait=true -- add-br br0 -- set bridge br0 fail-mode=secure \
  -- set-controller br0 "unix:$PWD/c" \
  -- add-port br0 p1 -- set interface p1 ofport_request=1 type=dummy -- add-port br0 p2 -- set interface p2 ofport_request=2 type=dummy
ovs-vswitchd --detach --no-chdir --pidfile --log-file -vconsole:off --enable-dummy=override "unix:$OVS_RUNDIR/db.sock"
ovs-vsctl set interface p1 external-ids:a=b
try ovs-ofctl add-flow br0 "in_port=p1,actions=p2"
receive() { ovs-appctl netdev-dummy/receive p1 "in_port(1),eth(src=50:54:00:00:00:0$1,dst=50:54:00:00:00:07),eth_type(0x0800),ipv4(src=10.0.0.1,dst=10.0.0.2,proto=17),udp(src=1,dst=2)"; }
try ovs-appctl time/stop
try receive 1
# (in steps the reference takes a minute for it while it waits)
try ovs-appctl time/warp 2000
try ovs-appctl dpctl/dump-flows
try ovs-ofctl --no-stats dump-flows br0
sh -c "ovs-ofctl dump-flows br0 | grep -o 'n_packets=[0-9]*'"
try ovs-vsctl --columns=target,is_connected,status list controller
try ovs-vsctl remove open . other_config flow-restore-wait
try receive 1
try ovs-appctl time/warp 2000 100
sh -c "ovs-appctl dpctl/dump-flows | sed 's/used:[0-9.a-z]*/used:U/'"
sh -c "ovs-ofctl dump-flows br0 | grep -o 'n_packets=[0-9]*'"
sh -c "ovs-vsctl --columns=status list controller | grep -o 'state=[A-Z]*'"
# it is of the start alone
try ovs-vsctl set open . other_config:flow-restore-wait=true
try receive 2
try ovs-appctl time/warp 2000 100
sh -c "ovs-ofctl dump-flows br0 | grep -o 'n_packets=[0-9]*'"
