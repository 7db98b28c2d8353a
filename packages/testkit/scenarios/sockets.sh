# Who may talk to the daemons: sockets that only the owner's group may use, and no TCP listener that nobody asked for.
start_switch
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev
mode() { [ "$(stat -c %a "$2")" = "$1" ]; }
for socket in db.sock br0.mgmt br0.snoop; do holds "$socket is 750" mode 750 "$OVS_RUNDIR/$socket"; done
for daemon in ovs-vswitchd ovsdb-server; do
  holds "the control socket of $daemon is 750" mode 750 "$OVS_RUNDIR/$daemon.$(cat "$OVS_RUNDIR/$daemon.pid").ctl"
  holds "$daemon bears its name" grep -qx "$daemon" "/proc/$(cat "$OVS_RUNDIR/$daemon.pid")/comm"
done
holds "nothing listens on TCP or UDP" sh -c '! awk "NR > 1 && \$4 == \"0A\"" /proc/net/tcp /proc/net/tcp6 | grep -q .'
ovs-vsctl set-manager ptcp:6640:127.0.0.1
soon "a manager that was asked for listens" 5 ovs-vsctl --db=tcp:127.0.0.1:6640 --no-wait list-br
ovs-vsctl del-manager
soon "and no longer when it is taken back" 5 sh -c '! awk "NR > 1 && \$4 == \"0A\"" /proc/net/tcp | grep -q .'
holds "no line of WARN or ERR in a healthy life" sh -c '! grep -E "\|(WARN|ERR|EMER)\|" "$OVS_LOGDIR"/*.log'
pid=$(cat "$OVS_RUNDIR/ovs-vswitchd.pid")
kill -TERM "$pid"
soon "TERM ends the switch" 5 gone "$pid"
holds "its pidfile and sockets go with it" sh -c '! ls "$OVS_RUNDIR" | grep -E "vswitchd|br0"'
