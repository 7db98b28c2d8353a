# Starting ovsdb-server: what it says and where, in the foreground and detached, a second one beside it, wrong starts.
cat > s.ovsschema <<'S'
{"name":"J","version":"1.0.0","tables":{"A":{"columns":{"n":{"type":"integer"}},"isRoot":true}}}
S
ovsdb-tool create j.db s.ovsschema
sed 's/"J"/"K"/' s.ovsschema >k.ovsschema
ovsdb-tool create k.db k.ovsschema
pids() { sed -e 's/pid [0-9]*/pid N/g' -e 's/[0-9]*: already running/N: already running/'; }
noted() { sed -e 's/^[^|]*|[0-9]*|/DATE|N|/' "$@" | pids | grep -v '|memory|' | awk '!seen[$0]++'; } # how often it tries, chance says
echo "# detached, with lines on the console and in the log"
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile --log-file=first.log -vconsole:info 2>console
echo "-> $?"
noted console
noted first.log
first=$(cat "$OVS_RUNDIR/ovsdb-server.pid")
echo "# a second one"
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile 2>console
echo "-> $?"
noted console
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db2.sock" --detach --no-chdir --pidfile=second.pid 2>console
echo "-> $?"
noted console
ovsdb-server k.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile --overwrite-pidfile 2>console
echo "-> $?"
noted console
ovs-appctl -t ovsdb-server ovsdb-server/list-dbs
ovsdb-client list-dbs
stop ovsdb-server
ovs-appctl -t "$OVS_RUNDIR/ovsdb-server.$first.ctl" exit
until_true 5 gone "$first"
noted first.log
echo "# wrong starts"
bad() { echo "\$ $*"; timeout 5 ovsdb-server "$@" >out 2>&1; echo "-> $?"; noted out; }
bad none.db
bad j.db none.db
bad j.db j.db --run 'echo ran'
cp j.db j2.db
bad j.db j2.db
bad s.ovsschema
: >empty.db
bad empty.db
bad j.db --remote=bogus --run 'exit 3'
bad j.db --remote=db:J,A,n --run 'exit 0'
bad j.db --remote=db:J,A,x
bad j.db --remote=db:J,Z,x
bad j.db --remote=db:Z,A,x
bad j.db --remote=db:J,A
bad j.db --remote=ptcp:99999 --run 'exit 4'
bad j.db --remote=punix:/nowhere/x --run 'exit 0'
bad j.db -p db:J,A,n
bad j.db --private-key=db:J,A
bad j.db --remote=punix:x --run '/nowhere/x'
bad j.db --run 'kill -9 $$'
bad --bogus
bad --no-dbs --remote
bad --no-dbs --sync-from
bad --no-dbs --detach=5
bad --no-dbs --unixctl=/nowhere/x --run true
bad --no-dbs --pidfile=/nowhere/x --run true
bad --no-dbs --run 'ovs-appctl -t "$OVS_RUNDIR/ovsdb-server.$PPID.ctl" ovsdb-server/list-dbs'
