# A relay: before it has a source, with one, when that dies and returns, a relay of a relay; what its clients see on the wire.
# Whether a connection that the other side closes has something under way then is chance:
# ours: jsonrpc|WARN|unix:FOLDER/run/db.sock: receive error: Connection reset by peer
# ours: reconnect|WARN|unix:FOLDER/run/db.sock: connection dropped (Connection reset by peer)
cat > s.ovsschema <<'S'
{"name":"J","version":"1.0.0","cksum":"1 2","tables":{
 "A":{"columns":{"name":{"type":"string"},"n":{"type":"integer"},"set":{"type":{"key":{"type":"integer","minInteger":0},"min":0,"max":2}},
   "o":{"type":{"key":"string","min":0,"max":1}},"m":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"}},
   "kids":{"type":{"key":{"type":"uuid","refTable":"B"},"min":0,"max":"unlimited"}}},"isRoot":true,"indexes":[["name"]]},
 "B":{"columns":{"name":{"type":"string"}}}}}
S
sed 's/"J"/"K"/' s.ovsschema >k.ovsschema
ovsdb-tool create j.db s.ovsschema
ovsdb-tool create k.db k.ovsschema
source_up() {
  ovsdb-server j.db --remote="punix:$OVS_RUNDIR/source.sock" --detach --no-chdir --pidfile="$OVS_RUNDIR/source.pid" \
    --unixctl="$OVS_RUNDIR/source.ctl" -vconsole:off
}
relay_up() {
  ovsdb-server "$2" ${3-} --remote="punix:$OVS_RUNDIR/$1.sock" --detach --no-chdir --pidfile="$OVS_RUNDIR/$1.pid" \
    --unixctl="$OVS_RUNDIR/$1.ctl" --log-file="$OVS_LOGDIR/$1.log" -vconsole:off
}
connected() { ovsdb-client transact "unix:$OVS_RUNDIR/$1.sock" '["_Server",{"op":"select","table":"Database","where":[["name","==","J"]],"columns":["connected"]}]' | grep -q true; }
declare -f source_up until_true connected >functions
export BASH_ENV=$PWD/functions
echo "# wrong ways to name one"
bad() { echo "\$ $*"; timeout 5 ovsdb-server "$@" --run true 2>&1; echo "-> $?"; }
bad relay:J
bad relay:
bad relay:_Server:unix:x
bad relay:J:unix:x relay:J:unix:y
bad relay:J:unix:x j.db
echo "# without a source"
relay_up db "relay:J:unix:$OVS_RUNDIR/source.sock" k.db
python3 "$ORACLE/ovsdb-wire.py" <<'W'
list_dbs
get_schema ["J"]
transact ["_Server",{"op":"select","table":"Database","where":[["name","==","J"]],"columns":["name","model","connected","leader","cid","sid","index","schema"]}]
transact ["J"]
transact ["J",{"op":"insert","table":"A","row":{}}]
monitor ["J",1,{"A":{}}]
convert ["J",{}]
lock ["a"]
W
ctl() { echo "\$ $*"; ovs-appctl -t "$OVS_RUNDIR/db.ctl" "$@"; echo "-> $?"; }
ctl ovsdb-server/list-dbs
ctl ovsdb-server/get-db-storage-status J
ctl ovsdb-server/sync-status
ctl ovsdb-server/add-db "relay:L"
source_up
until_true 20 connected db
relay_up second "relay:J:unix:$OVS_RUNDIR/db.sock"
until_true 20 connected second
python3 "$ORACLE/ovsdb-wire.py" <<'W'
get_schema ["J"]
transact ["_Server",{"op":"select","table":"Database","where":[["name","==","J"]],"columns":["name","model","connected","leader","cid","sid","index","schema"]}]
a> set_db_change_aware [true]
b> set_db_change_aware [true]
c> set_db_change_aware [true]
a> monitor ["J",1,{"A":{"columns":["name","n","set","o","m","kids"]},"B":{"columns":["name"]}}]
b> monitor_cond_since ["J",1,{"A":[{"columns":["name","n"]}]},"00000000-0000-0000-0000-000000000000"]
c> monitor_cond ["_Server","s",{"Database":[{"columns":["connected","leader","name","model"],"where":[["name","==","J"]]}]}]
# writes are made at the source
a> transact ["J",{"op":"insert","table":"A","row":{"name":"x","n":2,"m":["map",[["k","v"]]],"o":"one"},"uuid":"10000000-0000-0000-0000-000000000001"},{"op":"comment","comment":"hi"}]
a> transact ["J",{"op":"update","table":"A","where":[],"row":{"n":3,"set":["set",[1,2]],"o":"two"}},{"op":"commit","durable":true}]
a> transact ["J",{"op":"update","table":"A","where":[],"row":{"o":["set",[]]}},{"op":"mutate","table":"A","where":[],"mutations":[["m","insert",["map",[["k2","v2"]]]],["m","delete",["set",["k"]]]]}]
a> transact ["J",{"op":"insert","table":"B","uuid-name":"b","row":{"name":"kid"}},{"op":"mutate","table":"A","where":[],"mutations":[["kids","insert",["named-uuid","b"]]]}]
a> transact ["J",{"op":"update","table":"A","where":[],"row":{"kids":["set",[]]}}]
a> transact ["J",{"op":"insert","table":"A","row":{"name":5}}]
a> transact ["J",{"op":"mutate","table":"A","where":[],"mutations":[["set","insert",["set",[3,4]]]]}]
a> transact ["J",{"op":"mutate","table":"A","where":[],"mutations":[["set","delete",["set",[1]]],["set","insert",["set",[7]]]]}]
a> transact ["J",{"op":"select","table":"A","where":[],"columns":["name","n","set"]}]
a> transact ["J",{"op":"abort"}]
a> transact ["J",{"op":"insert","table":"A","row":{"name":"zz"}},{"op":"abort"}]
a> transact ["J",{"op":"insert","table":"A","row":{"name":"zz"}},{"op":"nope"}]
a> transact ["J",{"op":"nope"},{"op":"insert","table":"A","row":{"name":"zz"}}]
a> lock ["L"]
a> transact ["J",{"op":"assert","lock":"L"}]
a> transact ["J",{"op":"assert","lock":"L"},{"op":"insert","table":"A","row":{"name":"l"}}]
a> transact ["J",{"op":"commit","durable":true}]
a> transact ["J",{"op":"wait","table":"A","where":[["name","==","x"]],"columns":["n"],"until":"==","rows":[{"n":9}],"timeout":0},{"op":"insert","table":"A","row":{"name":"w"}}]
a> transact! ["J",{"op":"wait","table":"A","where":[["name","==","x"]],"columns":["n"],"until":"==","rows":[{"n":9}]},{"op":"insert","table":"A","row":{"name":"w"},"uuid":"10000000-0000-0000-0000-000000000002"}]
f> transact ["J",{"op":"update","table":"A","where":[["name","==","x"]],"row":{"n":9}}]
sleep 0.3
# what another client of the source, and one of the relay's relay, write
$ ovsdb-client transact "unix:$OVS_RUNDIR/source.sock" '["J",{"op":"delete","table":"A","where":[["name","==","w"]]}]'
sleep 0.2
$ ovsdb-client transact "unix:$OVS_RUNDIR/second.sock" '["J",{"op":"update","table":"A","where":[],"row":{"n":77}},{"op":"select","table":"A","where":[],"columns":["n"]}]'
sleep 0.2
# the source stops, dies with a request in its hands, and returns
$ kill -STOP $(cat $OVS_RUNDIR/source.pid)
b> transact! ["J",{"op":"insert","table":"A","row":{"name":"sent"}}]
sleep 0.3
$ kill -9 $(cat $OVS_RUNDIR/source.pid); sleep 0.5
b> transact ["J",{"op":"select","table":"A","where":[["name","!=","x"]],"columns":["name","n","set"]}]
b> transact! ["J",{"op":"insert","table":"A","row":{"name":"unsent"},"uuid":"10000000-0000-0000-0000-000000000003"}]
b> transact ["J",{"op":"insert","table":"A","row":{"name":5}}]
d> transact! ["J",{"op":"insert","table":"A","row":{"name":"gone"}}]
sleep 0.1
d> raw {"id":1}
$ source_up; until_true 20 sh -c 'ovsdb-client dump unix:$OVS_RUNDIR/source.sock J A | grep -q unsent'; sleep 0.3
b> transact ["J",{"op":"select","table":"A","where":[["name","!=","x"]],"columns":["name","n","set"]}]
# the relay becomes a backup and active again
$ ovs-appctl -t $OVS_RUNDIR/db.ctl ovsdb-server/set-active-ovsdb-server unix:/x; ovs-appctl -t $OVS_RUNDIR/db.ctl ovsdb-server/connect-active-ovsdb-server
sleep 0.3
e> transact ["J",{"op":"insert","table":"A","row":{"name":"backup"}}]
$ ovs-appctl -t $OVS_RUNDIR/db.ctl ovsdb-server/sync-status
$ ovs-appctl -t $OVS_RUNDIR/db.ctl ovsdb-server/disconnect-active-ovsdb-server
sleep 0.3
b> monitor_cancel [1]
# it is removed, with requests that wait
a> set_db_change_aware [true]
b> set_db_change_aware [true]
a> monitor ["J",9,{"A":{"columns":["name"]}}]
a> transact! ["J",{"op":"wait","table":"A","where":[["name","==","x"]],"columns":["n"],"until":"==","rows":[{"n":9}]},{"op":"insert","table":"A","row":{"name":"w"}}]
a> transact! ["K",{"op":"wait","table":"A","where":[["name","==","x"]],"columns":["n"],"until":"==","rows":[{"n":9}]}]
$ kill -STOP $(cat $OVS_RUNDIR/source.pid)
b> transact! ["J",{"op":"insert","table":"A","row":{"name":"sent2"}}]
sleep 0.1
e> lock ["a"]
$ ovs-appctl -t $OVS_RUNDIR/db.ctl ovsdb-server/remove-db J; ovs-appctl -t $OVS_RUNDIR/db.ctl ovsdb-server/remove-db K
$ kill -CONT $(cat $OVS_RUNDIR/source.pid)
sleep 0.2
$ ovs-appctl -t $OVS_RUNDIR/db.ctl ovsdb-server/list-dbs
W
unset BASH_ENV
for name in second db source; do ovs-appctl -t "$OVS_RUNDIR/$name.ctl" exit; done
# (how often it tried is chance)
for name in db second; do
  echo "# log of $name"
  sed -E -e 's/^[^|]*\|[0-9]*\|//' "$OVS_LOGDIR/$name.log" | grep -vE '^memory|waiting [0-9]+ seconds|suppressing|attempt (failed|timed)|unix#|dropped|receive error|closed by' | awk '!seen[$0]++'
done
