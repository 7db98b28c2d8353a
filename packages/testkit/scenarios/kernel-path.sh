# A bridge of type system: packets of known flows are switched in the kernel, what it cannot do by user space, with the
# same result; both count. Then the ways a port can go, and a daemon that is killed.
start_switch
lab_host h1 10.0.0.1/24
lab_host h2 10.0.0.2/24
lab_host h3 10.0.0.3/24
ovs-vsctl add-br br0 -- add-port br0 h10 -- add-port br0 h20 -- add-port br0 h30
[ "$(ovs-vsctl get bridge br0 datapath_type)" = '""' ] || die "the default type is not system"
soon "ping" 5 ping_from h1 10.0.0.2
if grep -q "kernel datapath is not available" "$OVS_LOGDIR/ovs-vswitchd.log"; then skip "no eBPF here"; fi

# kernel: packets that the kernel switched so far
kernel() { ovs-appctl dpctl/show system@ovs-system | sed -n 's/.*kernel: packets:\([0-9]*\).*/\1/p'; }
# more N COMMAND…: the command succeeds, and the kernel switched N packets or more meanwhile
more() {
  local least=$1 before; shift
  before=$(kernel)
  "$@" || return 1
  [ $(($(kernel) - before)) -ge "$least" ]
}
holds "the kernel switches pings" more 20 ip netns exec h1 ping -q -c 12 -i 0.05 -W 1 10.0.0.2
holds "flows count them" sh -c 'ovs-appctl revalidator/wait; ovs-ofctl dump-flows br0 | grep -qE "n_packets=(2[4-9]|[3-9][0-9]|[0-9]{3,})"'
ip addr add 10.0.0.254/24 dev br0
ip link set br0 up
soon "the host's address answers" 5 ping_from h1 10.0.0.254
holds "in the kernel" more 20 ip netns exec h2 ping -q -c 12 -i 0.05 -W 1 10.0.0.254
holds "from the host too" more 20 ping -q -c 12 -i 0.05 -W 1 10.0.0.1

ovs-vsctl set port h10 tag=5 -- set port h20 tag=5
soon "inside a VLAN" 5 ping_from h1 10.0.0.2
holds "no further" sh -c '! ip netns exec h1 ping -c 2 -i 0.2 -W 1 10.0.0.3'
ovs-vsctl clear port h20 tag -- clear port h10 tag
soon "without VLANs again" 5 ping_from h1 10.0.0.2

ovs-ofctl add-flow br0 "priority=9,ip,in_port=h10,actions=mod_nw_tos:32,normal"
soon "a flow that rewrites a header" 5 ping_from h1 10.0.0.2
holds "in the kernel" more 20 ip netns exec h1 ping -q -c 12 -i 0.05 -W 1 10.0.0.2
ovs-ofctl add-flow br0 "priority=9,ip,in_port=h10,actions=output(port=h20,max_len=1000)"
soon "a flow that user space executes" 5 ping_from h1 10.0.0.2
shows "dpctl/show" "in user space:[1-9][0-9]* \(.*trunc" ovs-appctl dpctl/show system@ovs-system
ovs-ofctl del-flows br0 "ip,in_port=h10"
ovs-ofctl add-flow br0 "priority=10,icmp,in_port=h10,actions=drop"
soon "a flow that drops" 5 sh -c '! ip netns exec h1 ping -c 1 -W 1 10.0.0.2'
ovs-ofctl del-flows br0 "icmp"
soon "and is removed" 5 ping_from h1 10.0.0.2

ip link del h30
soon "a device that goes takes nothing along" 5 ping_from h1 10.0.0.2
kill -9 "$(cat "$OVS_RUNDIR/ovs-vswitchd.pid")"
ovs-vswitchd --detach --no-chdir --pidfile --log-file -vconsole:off "unix:$OVS_RUNDIR/db.sock"
soon "after kill -9 and restart" 10 ping_from h1 10.0.0.2
holds "in the kernel again" more 20 ip netns exec h1 ping -q -c 12 -i 0.05 -W 1 10.0.0.2
ovs-appctl exit --cleanup
holds "nothing is left on the devices" sh -c '! command -v bpftool >/dev/null || ! bpftool net show | grep -q vswitch'
