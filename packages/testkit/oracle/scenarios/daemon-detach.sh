# How a daemon starts, is found, and ends: pidfile, control socket, monitor, signals, exit statuses.
ovsdb-tool create conf.db "$SCHEMA"
S="ovsdb-server $PWD/conf.db --remote=punix:$OVS_RUNDIR/db.sock --no-chdir -vconsole:off"
family() { ps -eo comm,args | sed -n -E 's/pid [0-9]+/pid N/g; s#--[^ ]*##g; s#/[^ ]*##g; s/ +/ /g; /^(ovsdb-server|monitor) /p'; }
names() { ls "$OVS_RUNDIR" | sed -E 's/\.[0-9]+\.ctl/.N.ctl/'; }

out=$($S --detach --pidfile --log-file); echo "out <$out> $?"
pid=$(cat "$OVS_RUNDIR/ovsdb-server.pid")
names; family
stat -c '%A %n' "$OVS_RUNDIR"/db.sock "$OVS_RUNDIR"/*.ctl "$OVS_RUNDIR"/*.pid "$OVS_LOGDIR"/*.log | sed -E 's/\.[0-9]+\.ctl/.N.ctl/'
[ "$(ps -o sid= -p "$pid" | tr -d ' ')" = "$pid" ] && echo "a session of its own"
ls -l /proc/$pid/fd/0 /proc/$pid/fd/1 /proc/$pid/fd/2 | sed 's/.*-> //'
$S --detach --pidfile 2>&1 | sed "s/as pid $pid/as pid PID/"
kill "$pid"; until_true 10 gone "$pid"; names
grep -c 'terminating with signal 15 (Terminated)' "$OVS_LOGDIR/ovsdb-server.log"

echo "== with a monitor"
rm "$OVS_LOGDIR/ovsdb-server.log"
$S --detach --pidfile --log-file --monitor; echo "-> $?"
pid=$(cat "$OVS_RUNDIR/ovsdb-server.pid"); family
kill -SEGV "$pid"; until_true 20 gone "$pid"
until_true 10 ovs-appctl -t ovsdb-server version; family
pid=$(cat "$OVS_RUNDIR/ovsdb-server.pid")
ovs-appctl -t ovsdb-server exit; until_true 10 gone "$pid"; sleep 0.5; family
grep daemon_unix "$OVS_LOGDIR/ovsdb-server.log" | sed -E 's/pid [0-9]+/pid N/'

echo "== in the foreground"
$S --pidfile & pid=$!
until_true 10 test -s "$OVS_RUNDIR/ovsdb-server.pid"; [ "$(cat "$OVS_RUNDIR/ovsdb-server.pid")" = $pid ] && echo "the pid we started"
until_true 10 ovs-appctl -t ovsdb-server version; kill $pid; wait $pid; echo "-> $?"
$S --pidfile & pid=$!
until_true 10 ovs-appctl -t ovsdb-server version; ovs-appctl -t ovsdb-server exit; wait $pid; echo "-> $?"

echo "== refusals"
try $S --pidfile=/nonexistent/x.pid --detach
try $S --unixctl=/nonexistent/x.ctl --detach
try $S --log-file=/nonexistent/x.log --detach
try $S -vfoo
try $S --bad
try $S --detach=x
try $S --pidfile --unixctl=none --detach; names
pid=$(cat "$OVS_RUNDIR/ovsdb-server.pid"); kill -9 "$pid"; until_true 10 gone "$pid"; names
try $S --pidfile=other --unixctl=mine.ctl --detach; names
pid=$(cat "$OVS_RUNDIR/other"); try ovs-appctl -t "$OVS_RUNDIR/mine.ctl" version; kill "$pid"; until_true 10 gone "$pid"; names
