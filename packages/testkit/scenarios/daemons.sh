# One database, one switch daemon; what a daemon refuses, and what it takes along when it goes.
no_ipv6
start_switch
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev -- add-port br0 int1 -- set interface int1 type=internal -- add-port br0 tap1 -- set interface tap1 type=tap
pid=$(cat "$OVS_RUNDIR/ovs-vswitchd.pid")
there() { for device; do ip link show "$device" || return 1; done; }
absent() { for device; do ! ip link show "$device" || return 1; done; }
holds "devices of the ports are there" there br0 int1 tap1

# A second daemon on the same database, with folders of its own: it waits until the first is gone.
mkdir "$WORK"/{run2,log2}
second() { OVS_RUNDIR="$WORK/run2" OVS_LOGDIR="$WORK/log2" "$@"; }
second ovs-vswitchd --detach --no-chdir --pidfile --log-file -vconsole:off "unix:$OVS_RUNDIR/db.sock" &
log2=$WORK/log2/ovs-vswitchd.log
soon "the second daemon says why it does nothing" 5 grep -q 'bridge|ERR|another ovs-vswitchd process is running, disabling this process .* until it goes away' "$log2"
holds "the first goes on" ovs-vsctl -t 5 add-port br0 int2 -- set interface int2 type=internal
holds "the second opened nothing" sh -c '! second=$(ls "$WORK/run2" | grep br0)'
holds "the pid in the first's pidfile is its own" kill -0 "$pid"
ovs-appctl exit
soon "exit ends the first" 5 gone "$pid"
soon "and the second takes over" 10 test -e "$WORK/run2/br0.mgmt"
wait
holds "commands of the configuration reach it" ovs-vsctl -t 5 add-port br0 int3 -- set interface int3 type=internal
holds "its devices are there" there br0 int1 int2 int3 tap1

# exit --cleanup takes every device along; plain exit leaves what the host uses.
pid=$(cat "$WORK/run2/ovs-vswitchd.pid")
second ovs-appctl exit --cleanup
soon "exit --cleanup ends it" 5 gone "$pid"
holds "with all devices" absent br0 int1 int2 int3 tap1 ovs-netdev
holds "and its sockets and pidfile" sh -c '[ -z "$(ls "$WORK/run2")" ]'
holds "the configuration is untouched" ovs-vsctl --no-wait br-exists br0
ovs-vswitchd --detach --no-chdir --pidfile --log-file -vconsole:off "unix:$OVS_RUNDIR/db.sock"
holds "a daemon that starts afterwards makes them again" there br0 int1 int2 int3 tap1
fails "the pidfile of a running daemon is not overwritten" 1 'already running as pid [0-9]+, aborting' ovs-vswitchd --detach --no-chdir --pidfile "unix:$OVS_RUNDIR/db.sock"

# Addresses and numbers of a bridge.
column() { [ "$(ovs-vsctl get "$1" "$2" "$3" | tr -d '"')" = "$4" ]; }
ovs-vsctl set bridge br0 other-config:hwaddr=02:00:00:00:00:aa
soon "hwaddr is the local port's address" 5 column interface br0 mac_in_use 02:00:00:00:00:aa
holds "the host sees it" sh -c 'ip link show br0 | grep -q 02:00:00:00:00:aa'
soon "and the datapath id follows" 5 column bridge br0 datapath_id 00000200000000aa
ovs-vsctl set bridge br0 other-config:datapath-id=00000000000000ff
soon "datapath-id overrules it" 5 column bridge br0 datapath_id 00000000000000ff
shows "as controllers see" 'dpid:00000000000000ff' ovs-ofctl show br0
ovs-vsctl remove bridge br0 other-config datapath-id
soon "and no longer" 5 column bridge br0 datapath_id 00000200000000aa
ovs-vsctl set interface br0 'mac="02:00:00:00:00:bb"'
soon "mac of the local port is ignored, and the log says so" 5 \
  grep -q 'bridge|ERR|interface br0: ignoring mac in Interface record (use Bridge record to set local port.s mac)' "$OVS_LOGDIR/ovs-vswitchd.log"
holds "the address stays" column interface br0 mac_in_use 02:00:00:00:00:aa
ovs-vsctl set interface int1 'mac="02:00:00:00:00:cc"'
soon "an internal port takes its own" 5 column interface int1 mac_in_use 02:00:00:00:00:cc
