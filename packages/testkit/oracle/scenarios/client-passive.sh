# ovsdb-client that waits for its server to come to it, and the words where it cannot
start_db
v() { try ovsdb-client "$@" 2>&1 | sed -E 's/^.*\|fatal_signal/|fatal_signal/'; }
v -t1 list-dbs ptcp:
v -t1 list-dbs ptcp:x
v -t1 list-dbs ptcp:16650:192.0.2.1
v -t1 list-dbs "punix:$OVS_RUNDIR/vsctl.sock"; ls "$OVS_RUNDIR/vsctl.sock" 2>&1
v -t1 list-dbs punix:/nowhere/x
v -t1 list-dbs punix:
v -t3 monitor ptcp:x Open_vSwitch Bridge
(until_true 5 test -S "$OVS_RUNDIR/late.sock"; sleep 0.2; ovs-appctl -t ovsdb-server ovsdb-server/add-remote "unix:$OVS_RUNDIR/late.sock") &
v -t 10 list-dbs "punix:$OVS_RUNDIR/late.sock"
wait; ls "$OVS_RUNDIR/late.sock" 2>&1
