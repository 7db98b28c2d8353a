# Remotes that rows name: what their columns do, what status they keep, read-only ones, and what the log tells.
# seconds: 15
cat > s.ovsschema <<'S'
{"name":"J","version":"1.0.0","tables":{
 "Root":{"columns":{"managers":{"type":{"key":{"type":"uuid","refTable":"Manager"},"min":0,"max":"unlimited"}},
   "targets":{"type":{"key":"string","min":0,"max":"unlimited"}}},"isRoot":true,"maxRows":1},
 "Manager":{"columns":{"target":{"type":"string"},"max_backoff":{"type":{"key":"integer","min":0,"max":1}},
   "inactivity_probe":{"type":{"key":"integer","min":0,"max":1}},"other_config":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"}},
   "read_only":{"type":"boolean"},"is_connected":{"type":"boolean","ephemeral":true},
   "status":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"},"ephemeral":true}},"indexes":[["target"]]},
 "A":{"columns":{"name":{"type":"string"}},"isRoot":true}}}
S
ovsdb-tool create j.db s.ovsschema
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db.sock" --remote=db:J,Root,managers --remote=db:J,Root,targets --detach --no-chdir --pidfile --log-file -vconsole:off
tx() { ovsdb-client transact "unix:$OVS_RUNDIR/db.sock" "[\"J\",$*]"; }
at() { ovsdb-client transact "$1" "[\"J\",$2]" 2>&1; echo "-> $?"; }
rows() { sleep 0.2; ovsdb-client -f list --data=json dump "unix:$OVS_RUNDIR/db.sock" J Manager is_connected target status 2>&1 | sed -E 's/("sec_since_(dis)?connect",")[0-9]+/\1S/g'; }
# the statuses, once they have these texts, so many lines of each (they are written every 2.5 seconds)
status_with() { until_true 30 statuses "$@"; rows; }
statuses() {
  local all count text
  all=$(rows)
  for text in "$@"; do
    count=${text%% *}
    [ "$(grep -c "${text#* }" <<<"$all")" = "$count" ] || return 1
  done
}
tx '{"op":"insert","table":"Root","row":{"managers":["set",[["named-uuid","a"],["named-uuid","b"]]]}},
  {"op":"insert","table":"Manager","uuid-name":"a","row":{"target":"ptcp:7001:127.0.0.1"}},
  {"op":"insert","table":"Manager","uuid-name":"b","row":{"target":"ptcp:7002:127.0.0.1","read_only":true,"inactivity_probe":0}}'
until_true 5 ovsdb-client list-dbs tcp:127.0.0.1:7002
ovsdb-client list-dbs tcp:127.0.0.1:7001
status_with "2 bound_port.*sec_since_connect"
echo "# one that only reads"
at tcp:127.0.0.1:7001 '{"op":"insert","table":"A","row":{"name":"x"}}'
at tcp:127.0.0.1:7002 '{"op":"insert","table":"A","row":{"name":"y"}}'
at tcp:127.0.0.1:7002 '{"op":"select","table":"A","where":[],"columns":["name"]},{"op":"comment","comment":"x"},{"op":"wait","table":"A","where":[],"until":"!=","rows":[],"columns":["name"],"timeout":0}'
at tcp:127.0.0.1:7002 '{"op":"update","table":"A","where":[],"row":{}}'
at tcp:127.0.0.1:7002 '{"op":"mutate","table":"A","where":[],"mutations":[]}'
at tcp:127.0.0.1:7002 '{"op":"delete","table":"A","where":[]}'
at tcp:127.0.0.1:7002 '{"op":"abort"}'
at tcp:127.0.0.1:7002 '{"op":"assert","lock":"x"}'
at tcp:127.0.0.1:7002 '{"op":"commit","durable":true}'
echo "# clients"
for i in 1 2; do
  ovsdb-client monitor tcp:127.0.0.1:7001 J A >m$i.out 2>m$i.err &
  watchers="${watchers-} $!"
  disown
  until_true 5 grep -q row m$i.out
done
status_with "1 n_connections\",\"2"
echo "# a change of what a row says leaves connections alone"
tx '{"op":"update","table":"Manager","where":[["target","==","ptcp:7001:127.0.0.1"]],"row":{"inactivity_probe":60000,"max_backoff":2000,"read_only":true}}'
sleep 2.7; rows
at tcp:127.0.0.1:7001 '{"op":"insert","table":"A","row":{"name":"z"}}'
kill $watchers
echo "# one that is connected to"
tx '{"op":"insert","table":"Manager","uuid-name":"c","row":{"target":"tcp:127.0.0.1:7003","max_backoff":1000}},{"op":"mutate","table":"Root","where":[],"mutations":[["managers","insert",["named-uuid","c"]]]}'
status_with "0 n_connections" "1 state\",\"BACKOFF" "2 bound_port.*sec_since_connect"
ovsdb-client list-dbs ptcp:7003:127.0.0.1
ovsdb-client monitor ptcp:7003:127.0.0.1 J A >m3.out 2>m3.err &
watcher=$!
disown
until_true 10 grep -q row m3.out
status_with "1 state\",\"ACTIVE"
kill $watcher
echo "# what cannot be"
tx '{"op":"insert","table":"Manager","uuid-name":"d","row":{"target":"ptcp:7001:127.0.0.9"}},{"op":"insert","table":"Manager","uuid-name":"e","row":{"target":"bogus"}},
   {"op":"mutate","table":"Root","where":[],"mutations":[["managers","insert",["set",[["named-uuid","d"],["named-uuid","e"]]]]]}'
tx '{"op":"insert","table":"Manager","uuid-name":"f","row":{"target":"ptcp:zz"}},{"op":"insert","table":"Manager","uuid-name":"g","row":{"target":""}},
   {"op":"mutate","table":"Root","where":[],"mutations":[["managers","insert",["set",[["named-uuid","f"],["named-uuid","g"]]]]]}'
tx '{"op":"update","table":"Root","where":[],"row":{"targets":["set",["punix:second.sock","ptcp:7004:127.0.0.1"]]}}'
status_with "0 ACTIVE" "4 BACKOFF" "3 bound_port.*sec_since_connect"
ovsdb-client list-dbs "unix:$OVS_RUNDIR/second.sock"
ovsdb-client list-dbs "tcp:127.0.0.1:7004"
echo "# all go"
tx '{"op":"update","table":"Root","where":[],"row":{"managers":["set",[]],"targets":["set",[]]}}'
sleep 0.3
ovsdb-client --timeout=3 list-dbs tcp:127.0.0.1:7001 2>&1 | grep -v WARN
ovs-appctl -t ovsdb-server ovsdb-server/list-remotes
stop ovsdb-server
sed -E -e 's/^[^|]*\|[0-9]*\|//' -e 's/tcp:127.0.0.1:[0-9]{5}/PEER/' -e 's/after [0-9.]+ seconds/after T/' "$OVS_LOGDIR/ovsdb-server.log" | grep -vE '^(memory|jsonrpc)|WARN|waiting 4|suppressing' | sort -u
