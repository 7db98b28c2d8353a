# Remote commands of ovsdb-server: what each answers, what it refuses, what it logs; tables whose changes are logged.
cat > s.ovsschema <<'S'
{"name":"J","version":"1.0.0","cksum":"1 2","tables":{
 "A":{"columns":{"name":{"type":"string"},"tags":{"type":{"key":"string","min":0,"max":"unlimited"}},"m":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"}},
   "o":{"type":{"key":"integer","min":0,"max":1}},"r":{"type":"real"},"e":{"type":"string","ephemeral":true},"kid":{"type":{"key":{"type":"uuid","refTable":"B"},"min":0,"max":1}}},"isRoot":true},
 "B":{"columns":{"name":{"type":"string"}}},
 "A_table_of_a_name_longer_than_others":{"columns":{"name":{"type":"string"}}}}}
S
sed 's/"J"/"A_database_of_a_long_name"/' s.ovsschema >k.ovsschema
ovsdb-tool create j.db s.ovsschema
ovsdb-tool create k.db k.ovsschema
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile --log-file -vconsole:off
A() { echo "\$ $*"; ovs-appctl -t ovsdb-server "ovsdb-server/$@" 2>&1; echo "-> $?"; }
tx() { ovsdb-client transact "[\"J\",$*]"; }
echo "# changes in the log"
A tlog-list
A tlog-set J:A
A tlog-set J:A on
A tlog-set J:A On
A tlog-set J:A maybe
for name in J:Z K:A JA J:A:B :A J: ""; do A tlog-set "$name" on; done
A tlog-set _Server:Database ON
A tlog-list
tx '{"op":"insert","table":"A","row":{"name":"x y","tags":["set",["a","b c"]],"m":["map",[["k","v"],["k 2","v,\"2"]]],"r":1.5,"e":"eph"}}'
tx '{"op":"insert","table":"B","uuid-name":"b","row":{"name":"kid"}},{"op":"update","table":"A","where":[],"row":{"kid":["named-uuid","b"]}},{"op":"comment","comment":"not shown"}'
tx '{"op":"update","table":"A","where":[],"row":{"o":5,"name":"n","tags":["set",[]],"m":["map",[]]}}'
tx '{"op":"update","table":"A","where":[],"row":{"o":5}}'
tx '{"op":"mutate","table":"A","where":[],"mutations":[["o","+=",1]]}'
tx '{"op":"select","table":"A","where":[],"columns":["o"]}'
tx '{"op":"insert","table":"A","row":{"name":"no"}},{"op":"abort"}'
tx '{"op":"insert","table":"A","row":{"name":1}}'
tx '{"op":"delete","table":"A","where":[]}'
A add-db k.db
A tlog-list
A tlog-set J:A off
tx '{"op":"insert","table":"A","row":{"name":"x","r":3}}'
A tlog-list
A tlog-list x
echo "# databases"
A list-dbs
A list-dbs x
A remove-db A_database_of_a_long_name
A remove-db A_database_of_a_long_name
A remove-db _Server
A remove-db
A add-db j.db
A add-db ./j.db
A add-db none.db
A add-db s.ovsschema
A add-db
A get-db-storage-status J
A get-db-storage-status _Server
A get-db-storage-status none
A get-db-storage-status
A compact none
A compact _Server
A compact J
A compact
A compact J J
A memory-trim-on-compaction maybe
A memory-trim-on-compaction on
A memory-trim-on-compaction off
A memory-trim-on-compaction
echo "# remotes"
A list-remotes
A add-remote db:J
A add-remote db:J,A,zz
A add-remote db:J,Z,zz
A add-remote db:Z,A,name
A add-remote db:J,B,name
A add-remote punix:x.sock
A add-remote punix:x.sock
A list-remotes
ovsdb-client list-dbs "unix:$OVS_RUNDIR/x.sock"
A remove-remote nope
A remove-remote punix:x.sock
A remove-remote
A list-remotes
ovsdb-client list-dbs "unix:$OVS_RUNDIR/x.sock" 2>&1 | sed 's/^[^|]*|[0-9]*|//'
A reconnect
A reconnect x
A disable-monitor-cond
A disable-monitor-cond x
echo "# counts"
A perf-counters-show
A perf-counters-clear
A perf-counters-clear x
ovs-appctl -t ovsdb-server memory/show
for command in set-active-ovsdb-server get-active-ovsdb-server connect-active-ovsdb-server disconnect-active-ovsdb-server \
  set-active-ovsdb-server-probe-interval get-sync-exclude-tables sync-status; do
  A $command x y
done
A set-active-ovsdb-server
A set-active-ovsdb-server-probe-interval
A nope
stop ovsdb-server
sed -E -e 's/^[^|]*\|[0-9]*\|//' -e 's/unix#[0-9]+/PEER/' "$OVS_LOGDIR/ovsdb-server.log" | grep -v '^memory|' | awk '!seen[$0]++'
