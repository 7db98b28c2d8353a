# ovs-vsctl that waits for its database to come to it: --db=punix: and ptcp:, until it comes or the time is over
start_db
v() { try ovs-vsctl "$@" 2>&1 | sed -E 's/^.*\|fatal_signal/|fatal_signal/'; }
v -t1 --db=ptcp:16650:127.0.0.1 list-br
v -t1 --db=ptcp:16650 list-br
# once or twice, as the second tick falls before the alarm or after it
v -t1 --db=ptcp:x list-br | sed -E 's/^[0-9TZ:.-]+\|[0-9]+\|//' | awk '!said[$0]++'
v -t1 --db=ptcp:16650:192.0.2.1 list-br
v -t1 --db="punix:$OVS_RUNDIR/vsctl.sock" list-br; ls "$OVS_RUNDIR/vsctl.sock" 2>&1
v -t1 --db=punix:/nowhere/x list-br
v -t1 --db=pssl:16651:127.0.0.1 list-br
(until_true 5 test -S "$OVS_RUNDIR/late.sock"; sleep 0.2; ovs-appctl -t ovsdb-server ovsdb-server/add-remote "unix:$OVS_RUNDIR/late.sock") &
v -t 10 --db="punix:$OVS_RUNDIR/late.sock" --no-wait add-br br0 -- list-br
wait; ls "$OVS_RUNDIR/late.sock" 2>&1
ovs-vsctl --db="punix:$OVS_RUNDIR/int.sock" list-br & pid=$!
until_true 5 test -S "$OVS_RUNDIR/int.sock"; sleep 0.3
kill $pid; wait $pid 2>/dev/null; echo "-> $?"; ls "$OVS_RUNDIR/int.sock" 2>&1
