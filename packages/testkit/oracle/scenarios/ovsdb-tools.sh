# ovsdb-tool and ovsdb-client: their commands, defaults and refusals.
cat > s.ovsschema <<'Y'
{"name":"T","version":"1.2.3","cksum":"9 8","tables":{
 "A":{"columns":{"name":{"type":"string"},"m":{"type":{"key":"string","value":"integer","min":0,"max":"unlimited"}},
   "gone":{"type":"string"}},"isRoot":true}}}
Y
sed 's/1\.2\.3/1.3.0/; s/,"gone":{"type":"string"}/,"fresh":{"type":{"key":"integer","min":0,"max":1}}/; s/"gone":/"fresh":/' s.ovsschema |
  tr -d '\n' >s2.ovsschema
dates() { sed -E 's/[0-9-]{10} [0-9:.]{12}/DATE/'; }
try ovsdb-tool create t.db s.ovsschema
try ovsdb-tool create t.db s.ovsschema
try ovsdb-tool transact t.db '["T",{"op":"insert","table":"A","uuid":"60000000-0000-0000-0000-000000000001","row":{"name":"x","m":["map",[["a",1]]],"gone":"soon"}},{"op":"comment","comment":"hi"}]'
try ovsdb-tool query t.db '["T",{"op":"select","table":"A","where":[],"columns":["name","m"]}]'
try ovsdb-tool query t.db '["T",{"op":"delete","table":"A","where":[]}]'
try ovsdb-tool query t.db '["T",{"op":"select","table":"A","where":[],"columns":["name"]}]'
try ovsdb-tool query t.db '["T"'
try ovsdb-tool query t.db '["T",{"op":"wait","table":"A","where":[],"until":"==","rows":[],"timeout":0}]'
try ovsdb-tool transact t.db '["U"]'
for c in db-name db-version db-cksum; do try ovsdb-tool $c t.db; done
for c in schema-name schema-version schema-cksum; do try ovsdb-tool $c s.ovsschema; done
try ovsdb-tool needs-conversion t.db s.ovsschema
try ovsdb-tool needs-conversion t.db s2.ovsschema
try ovsdb-tool db-is-standalone t.db
try ovsdb-tool db-is-clustered t.db
try ovsdb-tool db-cid t.db
for op in '<' '<=' '==' '>=' '>' '!='; do try ovsdb-tool compare-versions 1.9.0 "$op" 1.10.0; done
try ovsdb-tool compare-versions 1 '<' 2
try ovsdb-tool compare-versions 1.0.0 '~' 1.0.0
for m in '' -m -mm; do ovsdb-tool $m show-log t.db | dates; done
try ovsdb-tool compact t.db
ovsdb-tool -mm show-log t.db | dates
try ovsdb-tool compact t.db other.db
try ovsdb-tool convert t.db s2.ovsschema
try ovsdb-tool db-version t.db
ovsdb-tool -mm show-log t.db | dates
for bad in '' '{' '{"name":"x"}' '{"name":"x","tables":{"_a":{}}}' '{"name":"x","tables":{"a":{"columns":{}}}}' \
  '{"name":"x","tables":{"a":{"columns":{"c":{"type":"int"}}}}}' '{"name":"x","version":"1","tables":{}}' \
  '{"name":"x","tables":{"a":{"columns":{"c":{"type":{"key":"string","min":2}}}}}}' \
  '{"name":"x","tables":{"a":{"columns":{"c":{"type":{"key":{"type":"uuid","refTable":"b"}}}}}}}' \
  '{"name":"x","tables":{"a":{"columns":{"c":{"type":{"key":{"type":"integer","minInteger":3,"maxInteger":2}}}}}}}' \
  '{"name":"x","tables":{"a":{"columns":{"c":{"type":{"key":{"type":"uuid","refTable":"a","refType":"soft"}}}}}}}' \
  '{"name":"x","tables":{"a":{"maxRows":0,"columns":{"c":{"type":"string"}}}}}' '{"name":"x","tables":{"a":{"columns":{"c":{"type":5}}}}}' \
  '{"name":"x","tables":{"a":{"indexes":[["d"]],"columns":{"c":{"type":"string"}}}}}' '{"name":"x","tables":{"a":{"indexes":[[]],"columns":{"c":{"type":"string"}}}}}' \
  '{"name":"x","tables":{"a":{"columns":{"c":{"type":"string","mutable":1}}}}}' '{"name":"x","tables":{"a":{"columns":{"c":{"type":"string","what":1}}}}}' \
  '{"name":"1x","tables":{}}' '{"name":"x","tables":{"a":{"columns":{"c":{"type":{"key":"string","max":0}}}}}}'; do
  echo "== $bad"
  printf '%s' "$bad" >bad.ovsschema
  status ovsdb-tool schema-name bad.ovsschema
done
try ovsdb-tool
try ovsdb-tool nope
try ovsdb-tool create a b c
try ovsdb-tool compare-versions 1
try ovsdb-tool --nope
try ovsdb-tool schema-name none
try ovsdb-tool db-name none
try ovsdb-tool --version
ovsdb-server t.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile -vconsole:off
for c in list-dbs get-schema get-schema-version get-schema-cksum list-tables list-columns dump; do try ovsdb-client $c; done
try ovsdb-client list-columns T A
try ovsdb-client --pretty get-schema T
for f in table list html csv json; do for d in string bare json; do try ovsdb-client -f $f -d $d dump T A name m fresh; done; done
try ovsdb-client --no-headings dump T A name
try ovsdb-client --bare dump T A name m
try ovsdb-client dump T B
try ovsdb-client dump T A nope
try ovsdb-client get-schema nope
try ovsdb-client get-schema-version _Server
try ovsdb-client transact
try ovsdb-client nope
try ovsdb-client
try ovsdb-client --nope
try ovsdb-client -f x dump
try ovsdb-client -d x dump
try ovsdb-client list-dbs unix:/none
try ovsdb-client list-dbs a:b
try ovsdb-client monitor T B
try ovsdb-client monitor T A b
try ovsdb-client monitor T A name name
try ovsdb-client wait T nonsense
try ovsdb-client needs-conversion s2.ovsschema
try ovsdb-client needs-conversion s.ovsschema
try ovsdb-client convert s.ovsschema
try ovsdb-client get-schema-version T
try ovsdb-client dump T A
try ovsdb-client transact '["T",{"op":"insert","table":"A","uuid":"60000000-0000-0000-0000-000000000002","row":{"name":"y"}}]'
stop ovsdb-server
ovsdb-server t.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile -vconsole:off
try ovsdb-client dump T A
try ovs-appctl -t ovsdb-server ovsdb-server/list-dbs
try ovs-appctl -t ovsdb-server ovsdb-server/list-remotes
try ovs-appctl -t ovsdb-server ovsdb-server/remove-remote nope
try ovs-appctl -t ovsdb-server ovsdb-server/add-remote ptcp:0:127.0.0.1
try ovs-appctl -t ovsdb-server ovsdb-server/remove-remote ptcp:0:127.0.0.1
try ovs-appctl -t ovsdb-server ovsdb-server/add-remote db:T,A
try ovs-appctl -t ovsdb-server ovsdb-server/add-remote db:T,A,m
try ovs-appctl -t ovsdb-server ovsdb-server/add-db none.db
try ovs-appctl -t ovsdb-server ovsdb-server/remove-db nope
try ovs-appctl -t ovsdb-server ovsdb-server/remove-db T
try ovs-appctl -t ovsdb-server ovsdb-server/list-dbs
try ovs-appctl -t ovsdb-server ovsdb-server/sync-status
try ovs-appctl -t ovsdb-server ovsdb-server/compact nope
try ovs-appctl -t ovsdb-server ovsdb-server/get-db-storage-status nope
try ovs-appctl -t ovsdb-server ovsdb-server/add-db "$PWD/t.db"
try ovs-appctl -t ovsdb-server ovsdb-server/list-dbs
try ovs-appctl -t ovsdb-server ovsdb-server/add-db "$PWD/t.db"
try ovs-appctl -t ovsdb-server ovsdb-server/remove-db _Server
try ovs-appctl -t ovsdb-server ovsdb-server/compact T
try ovs-appctl -t ovsdb-server ovsdb-server/get-db-storage-status T
try ovs-appctl -t ovsdb-server ovsdb-server/add-db other.db
