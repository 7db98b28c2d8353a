# Controllers: taking over, being away, coming back; fail modes.
no_ipv6
start_switch
lab_host h1 10.0.0.1/24
lab_host h2 10.0.0.2/24
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev -- add-port br0 h10 -- add-port br0 h20
connected() { [ "$(ovs-vsctl get controller br0 is_connected)" = "$1" ]; }
ovs-vsctl set-fail-mode br0 secure -- set-controller br0 tcp:127.0.0.1:6653 -- set controller br0 max_backoff=1000
holds "secure without a controller: no flows" sh -c '! ovs-ofctl dump-flows br0 | grep -q actions'
fails "and no packets" 1 '100% packet loss' ping_from h1 10.0.0.2
ovs-controller --detach --pidfile --no-chdir ptcp:6653:127.0.0.1
soon "the switch finds the controller when it comes" 10 connected true
soon "which makes packets pass" 5 ping_from h1 10.0.0.2
shows "by flows" 'dl_dst=' ovs-ofctl dump-flows br0
kill "$(cat "$OVS_RUNDIR/ovs-controller.pid" 2>/dev/null || cat "$OVS_RUNDIR/ovs-testcontroller.pid")"
soon "its end is noticed" 10 connected false
holds "its flows stay" ping_from h1 10.0.0.2
ovs-vsctl set-fail-mode br0 standalone
soon "standalone: the switch goes on by itself" 30 sh -c 'ovs-appctl bridge/dump-flows br0 | grep -q priority=15790320.*NORMAL'
ovs-controller --detach --pidfile --no-chdir ptcp:6653:127.0.0.1
soon "and gives way again" 10 connected true
ovs-vsctl set bridge br0 protocols=OpenFlow13
soon "OpenFlow 1.3 alone" 10 connected true
soon "packets pass" 10 ping_from h1 10.0.0.2
ovs-vsctl del-controller br0
holds "without a controller" ovs-vsctl get-controller br0
