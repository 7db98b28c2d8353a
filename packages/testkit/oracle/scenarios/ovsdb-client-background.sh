# ovsdb-client's monitors and locks in the background, steered over their control sockets.
start_db
ovs-vsctl --no-wait init -- add-br br0
ids() { sed -E 's/[0-9a-f]{8}-[0-9a-f-]{27}/UUID/g; s/-{36}/----/; s/^(row|) {33}/\1 /' "$@"; }
c() { try ovs-appctl -t ovsdb-client "$@"; }
try ovsdb-client --detach --no-chdir --pidfile monitor-cond Open_vSwitch '[["name","==","br1"]]' Bridge name >out 2>err
c list-commands
c ovsdb-client/cond_change Bridge '[["name","==","br0"]]'
sleep 0.3
ids out
c ovsdb-client/cond_change Nope '[true]'
c ovsdb-client/cond_change Bridge '{'
c ovsdb-client/cond_change Bridge
c ovsdb-client/block
c ovsdb-client/block
ovs-vsctl --no-wait del-br br0 -- add-br br1
sleep 0.3
ids out
c ovsdb-client/unblock
c ovsdb-client/unblock
sleep 0.3
ids out
c ovsdb-client/block x
c exit x
pid=$(cat "$OVS_RUNDIR/ovsdb-client.pid")
c exit
until_true 5 gone "$pid"
cat err
echo "--- refusals"
try ovsdb-client --detach --pidfile monitor Open_vSwitch Nope
try ovsdb-client --detach --pidfile monitor Open_vSwitch Bridge nope
try ovsdb-client --detach --pidfile monitor unix:"$WORK/absent" Open_vSwitch Bridge
try ovsdb-client --detach list-dbs
ls "$OVS_RUNDIR" | grep -c ovsdb-client
echo "--- a lock"
try ovsdb-client --detach --no-chdir --pidfile lock l1 >out 2>err
c list-commands
c lock l2
c unlock l1
c unlock l3
c lock
sleep 0.3
cat out err
pid=$(cat "$OVS_RUNDIR/ovsdb-client.pid")
c exit
until_true 5 gone "$pid"
echo "--- the database goes"
try ovsdb-client --detach --no-chdir --pidfile monitor Open_vSwitch Bridge name >out 2>err
pid=$(cat "$OVS_RUNDIR/ovsdb-client.pid")
ovs-appctl -t ovsdb-server ovsdb-server/remove-db Open_vSwitch
until_true 5 gone "$pid"
ids out err
try ovs-appctl -t ovsdb-server ovsdb-server/add-db "$OVS_DBDIR/conf.db"
echo "--- the server goes"
try ovsdb-client --detach --no-chdir --pidfile monitor Open_vSwitch Bridge name >out 2>err
pid=$(cat "$OVS_RUNDIR/ovsdb-client.pid")
kill -9 "$(cat "$OVS_RUNDIR/ovsdb-server.pid")"
until_true 5 gone "$pid"
ids out err
ls "$OVS_RUNDIR" | grep -c ovsdb-client
