# Devices that go down, vanish, come back, are renamed or moved away, and what the database then says.
no_ipv6
start_switch
lab_host h1 10.0.0.1/24
lab_host h2 10.0.0.2/24 02:00:00:00:00:02
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev -- add-port br0 h10 -- add-port br0 h20
column() { [ "$(ovs-vsctl get interface "$1" "$2")" = "$3" ]; }
soon "packets pass" 5 ping_from h1 10.0.0.2

ip link set h20 down
soon "admin_state tells that a device is down" 5 column h20 admin_state down
holds "link_state too" column h20 link_state down
ip link set h20 up
soon "and up again" 5 column h20 link_state up
holds "link_resets counts both" test "$(ovs-vsctl get interface h20 link_resets)" -ge 2
soon "packets pass again" 5 ping_from h1 10.0.0.2

port=$(ovs-vsctl get interface h20 ofport)
ip netns del h2
soon "a device that vanished has no link" 5 column h20 link_state down
holds "the other ports go on" ovs-vsctl add-port br0 int1 -- set interface int1 type=internal
lab_host h2 10.0.0.2/24 02:00:00:00:00:02
soon "it comes back under its number" 5 column h20 ofport "$port"
soon "and packets pass" 10 ping_from h1 10.0.0.2

ip link set h20 down
ip link set h20 name other
soon "a renamed device is gone" 5 column h20 link_state down
ip link set other name h20
ip link set h20 up
soon "and back when it has its name again" 10 ping_from h1 10.0.0.2

ip netns add elsewhere
ip link set h20 netns elsewhere
soon "a device moved to another namespace is gone" 5 column h20 link_state down
ip -n elsewhere link set h20 netns 1 2>/dev/null || ip -n elsewhere link set h20 netns $$
ip link set h20 up
soon "and back when it returns" 10 ping_from h1 10.0.0.2

ovs-vsctl set interface h10 mtu_request=1400
soon "mtu tells it" 5 column h10 mtu 1400
holds "the device has it" sh -c 'ip link show h10 | grep -q "mtu 1400"'
soon "the local port follows its narrowest port" 5 sh -c 'ip link show br0 | grep -q "mtu 1400"'

ovs-vsctl --no-wait add-port br0 later
soon "a device that is not there: its error says so" 5 column later error '"could not open network device later (No such device)"'
holds "its ofport is -1" column later ofport -1
ip link add later type veth peer name later-peer
soon "when it appears, it is opened" 5 sh -c '[ "$(ovs-vsctl get interface later ofport)" -gt 0 ]'
holds "the daemon lived through it all" kill -0 "$(cat "$OVS_RUNDIR/ovs-vswitchd.pid")"
