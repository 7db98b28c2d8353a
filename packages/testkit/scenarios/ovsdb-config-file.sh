# ovsdb-server under a configuration file: databases of each service model, remotes, what is taken over by a reload and what is refused.
# seconds: 30
schema() { echo "{\"name\":\"$1\",\"version\":\"1.0.0\",\"tables\":{\"A\":{\"columns\":{\"n\":{\"type\":\"integer\"}},\"isRoot\":true},\"B\":{\"columns\":{\"n\":{\"type\":\"integer\"}},\"isRoot\":true}}}"; }
for name in J K L; do
  schema $name >$name.ovsschema
  ovsdb-tool create $name.db $name.ovsschema
done
cp J.db J-again.db
# the original serves what is followed
/usr/sbin/ovsdb-server "$PWD/L.db" --detach --no-chdir --pidfile="$PWD/source.pid" --unixctl="$PWD/source.ctl" -vconsole:off --remote="punix:$PWD/source.sock"
ovsdb-tool create L-backup.db L.ovsschema
config() { cat >config.json; }
start() { ovsdb-server --config-file="$PWD/config.json" --detach --no-chdir --pidfile --log-file -vconsole:off "$@"; }
ctl() { ovs-appctl -t ovsdb-server "ovsdb-server/$@"; }
tx() { ovsdb-client transact "$@"; }
insert() { echo "[\"$1\",{\"op\":\"insert\",\"table\":\"A\",\"row\":{\"n\":$2}}]"; }

config <<<'{"remotes":{},"databases":{}}'
fails "remotes stand in the file" 1 "config-file is mutually exclusive with --remote" start --remote=punix:x
fails "so do sources" 1 "config-file is mutually exclusive with --sync-from, --sync-exclude and --active" start --active
fails "and databases" 1 "Databases should be specified in a config file" start J.db
bad() {
  local what=$1 text=$2
  config
  rm -f "$OVS_LOGDIR/ovsdb-server.log"
  fails "$what is refused" 1 "ovsdb-server: server configuration failed" start
  holds "and the log says why" grep -q -- "$text" "$OVS_LOGDIR/ovsdb-server.log"
}
bad "an unknown member" "failed to load configuration from $PWD/config.json" <<<'{"x":1}'
bad "what is no JSON" "line 1, column" <<<'{"remotes":'
bad "a wrong kind" "Type mismatch for member 'databases'" <<<'{"databases":[]}'
bad "a wrong option" "Type mismatch for member 'read-only'" <<<'{"remotes":{"punix:x":{"read-only":1}}}'
bad "a service model that is none" "'raft' is not a valid service model" <<<'{"databases":{"J.db":{"service-model":"raft"}}}'
bad "a relay without a source" "Required 'source' member is missing" <<<'{"databases":{"L":{"service-model":"relay"}}}'
bad "a file that is not there" "open failed" <<<'{"databases":{"none.db":{}}}'
bad "a cluster" "a clustered database is not served" <<<'{"databases":{"J.db":{"service-model":"clustered"}}}'
bad "two files of one schema" "J: duplicate database name" <<<"{\"databases\":{\"$PWD/J.db\":{},\"$PWD/J-again.db\":null}}"
rm config.json "$OVS_LOGDIR/ovsdb-server.log"
fails "no file at all" 1 "server configuration failed" start
holds "is in the log" grep -q "failed to open configuration file '$PWD/config.json': No such file or directory" "$OVS_LOGDIR/ovsdb-server.log"

db="unix:$OVS_RUNDIR/db.sock" ro="unix:$OVS_RUNDIR/ro.sock"
config <<C
{"remotes":{"punix:$OVS_RUNDIR/db.sock":{"inactivity-probe":0,"max-backoff":2000},"punix:$OVS_RUNDIR/ro.sock":{"read-only":true}},
 "databases":{"$PWD/J.db":{"service-model":"standalone"},"$PWD/K.db":null,
   "L":{"service-model":"relay","source":{"unix:$PWD/source.sock":{"inactivity-probe":5000,"bogus":1}}}}}
C
holds "a server starts under its file" start
holds "a wrong option of a source is only said" grep -q "Member 'bogus' is present but not allowed here" "$OVS_LOGDIR/ovsdb-server.log"
shows "it serves the databases" "J K L _Server" sh -c 'ovs-appctl -t ovsdb-server ovsdb-server/list-dbs | tr "\n" " "'
shows "and has the remotes" "punix:$OVS_RUNDIR/ro.sock" ctl list-remotes
shows "it is written to" uuid tx "$db" "$(insert J 1)"
shows "but not by a remote that only reads" "not allowed" tx "$ro" "$(insert J 1)"
soon "the relay comes up" 10 sh -c "ovsdb-client get-schema $db L"
shows "and writes at its source" uuid tx "$db" "$(insert L 5)"
shows "there it is" 5 ovsdb-client dump "unix:$PWD/source.sock" L A
schema L | sed 's/1\.0\.0/2.0.0/; s/"n":{"type":"integer"}/&,"more":{"type":"string"}/' >L-2.ovsschema
holds "the source gets another schema" ovsdb-client convert "unix:$PWD/source.sock" L-2.ovsschema
soon "and with it the relay" 5 sh -c "ovsdb-client get-schema-version $db L | grep -q 2.0.0 && ovsdb-client dump $db L A n more | grep -q 5"
holds "whose clients write what it has now" tx "$db" '["L",{"op":"update","table":"A","where":[],"row":{"more":"y"}}]'
shows "at its source" y ovsdb-client dump "unix:$PWD/source.sock" L A more
holds "the source gets its first schema back" ovsdb-client convert "unix:$PWD/source.sock" L.ovsschema
soon "so does the relay" 5 sh -c "ovsdb-client get-schema-version $db L | grep -q 1.0.0 && ovsdb-client dump $db L A n | grep -q 5"
for command in "add-db $PWD/L-backup.db" "remove-db J" "add-remote punix:y" "remove-remote punix:y" "set-active-ovsdb-server unix:x" connect-active-ovsdb-server \
  disconnect-active-ovsdb-server "set-sync-exclude-tables J:A" "set-relay-source-probe-interval 5"; do
  fails "$command is for the file" 2 "Update the $PWD/config.json and use ovsdb-server/reload instead" ctl $command
done

sed -i "s|/db.sock\":{|&\"read-only\":true,|" config.json
holds "a remote becomes one that only reads" ctl reload
shows "that holds" "not allowed" tx "$db" "$(insert J 3)"
sed -i 's|"read-only":true,"in|"in|' config.json
holds "and is itself again" ctl reload
shows "when it is written to" uuid tx "$db" "$(insert J 4)"

ovsdb-client monitor "$db" J A >watched 2>&1 &
soon "a client watches" 5 grep -q row watched
config <<C
{"remotes":{"punix:$OVS_RUNDIR/db.sock":null,"punix:$OVS_RUNDIR/new.sock":{}},
 "databases":{"$PWD/J.db":{},"$PWD/L-backup.db":{"service-model":"active-backup","backup":true,"source":{"unix:$PWD/source.sock":null},"exclude-tables":["B"]}}}
C
holds "a reload" ctl reload
shows "ends and begins databases" "J L _Server" sh -c 'ovs-appctl -t ovsdb-server ovsdb-server/list-dbs | tr "\n" " "'
shows "and remotes" "L" ovsdb-client list-dbs "unix:$OVS_RUNDIR/new.sock"
fails "the one that went is gone" 1 "failed to connect" ovsdb-client list-dbs "$ro"
soon "the backup has what its source has" 10 sh -c "ovsdb-client dump $db L A | grep -q 5"
shows "it says so" "replicating: unix:$PWD/source.sock" ctl sync-status
shows "it is not written to" "not allowed" tx "$db" "$(insert L 6)"
shows "another database is" uuid tx "$db" "$(insert J 2)"
config <<<'{"databases":{"x":5}}'
fails "a file that is wrong" 2 "Configuration failed.  See the log file for details." ctl reload
shows "changes nothing" "J L _Server" sh -c 'ovs-appctl -t ovsdb-server ovsdb-server/list-dbs | tr "\n" " "'
config <<C
{"remotes":{"punix:$OVS_RUNDIR/db.sock":{}},"databases":{"$PWD/J.db":{},"$PWD/none.db":{},"$PWD/L-backup.db":{"service-model":"active-backup","source":{"unix:$PWD/source.sock":null}}}}
C
fails "one database that cannot be" 2 "Configuration failed" ctl reload
shows "does not keep others from their change" uuid tx "$db" "$(insert L 7)"
shows "nobody is a backup now" "state: active" ctl sync-status
shows "the server's file is its own" 7 ovsdb-tool query "$PWD/L-backup.db" '["L",{"op":"select","table":"A","where":[],"columns":["n"]}]'
stop ovsdb-server
ovsdb-server "$PWD/J.db" --detach --no-chdir --pidfile -vconsole:off
fails "without the option there is nothing to reload" 2 "Configuration file was not specified on command line" ctl reload
kill "$(cat source.pid)"
