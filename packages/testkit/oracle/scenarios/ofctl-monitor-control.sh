# monitor in the background, steered over its control socket.
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy
ovs-ofctl --detach --no-chdir --pidfile --unixctl="$OVS_RUNDIR/monitor.ctl" monitor br0 65534 2>seen
ctl() { try ovs-appctl -t "$OVS_RUNDIR/monitor.ctl" "$@"; }
ctl ofctl/barrier
ctl ofctl/send 0102000800000001 0102000800000002
ctl ofctl/send 0105000800000003
ctl ofctl/send zz
ctl ofctl/send
ctl ofctl/packet-out 'in_port=1 packet=50540000000750540000000508004500001c00000000001100000a0000010a00000200010002000800000000 actions=controller'
ctl ofctl/packet-out bad
ctl ofctl/barrier
ctl ofctl/set-output-file "$WORK/later"
ctl ofctl/barrier
ctl ofctl/block
ctl ofctl/block
ctl ofctl/send 0102000800000009
ctl ofctl/unblock
ctl ofctl/unblock
ctl ofctl/barrier
ctl ofctl/barrier x
ctl ofctl/set-output-file
pid=$(cat "$OVS_RUNDIR/ovs-ofctl.pid")
ctl exit
until_true 10 gone "$pid"
echo "--- seen"
sed -E 's/dpid:[0-9a-f]+/dpid:D/; s/addr:[0-9a-f:]+/addr:A/' seen
echo "--- later"
cat later
ls "$OVS_RUNDIR" | grep -c 'monitor.ctl\|ovs-ofctl'
