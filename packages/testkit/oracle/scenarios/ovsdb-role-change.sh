# A remote's row gets another role, or is read-only, while clients are connected: what those and later ones may do.
cat > s.ovsschema <<'S'
{"name":"J","version":"1.0.0","tables":{
 "Root":{"columns":{"connections":{"type":{"key":{"type":"uuid","refTable":"Connection"},"min":0,"max":"unlimited"}}},"isRoot":true,"maxRows":1},
 "Connection":{"columns":{"target":{"type":"string"},"role":{"type":"string"},"read_only":{"type":"boolean"}},"indexes":[["target"]]},
 "RBAC_Role":{"columns":{"name":{"type":"string"},"permissions":{"type":{"key":"string","value":{"type":"uuid","refTable":"RBAC_Permission"},"min":0,"max":"unlimited"}}},"isRoot":true},
 "RBAC_Permission":{"columns":{"table":{"type":"string"},"authorization":{"type":{"key":"string","min":0,"max":"unlimited"}},"insert_delete":{"type":"boolean"},
   "update":{"type":{"key":"string","min":0,"max":"unlimited"}}},"isRoot":true},
 "A":{"columns":{"n":{"type":"integer"}},"isRoot":true}}}
S
ovsdb-tool create j.db s.ovsschema
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/admin.sock" --remote=db:J,Root,connections --detach --no-chdir --pidfile -vconsole:off
admin() { ovsdb-client transact "unix:$OVS_RUNDIR/admin.sock" "[\"J\",$*]"; }
admin "{\"op\":\"insert\",\"table\":\"Root\",\"row\":{\"connections\":[\"named-uuid\",\"a\"]}},{\"op\":\"insert\",\"table\":\"Connection\",\"uuid-name\":\"a\",\"row\":{\"target\":\"punix:$OVS_RUNDIR/db.sock\"}},
  {\"op\":\"insert\",\"table\":\"RBAC_Role\",\"row\":{\"name\":\"reader\"}}"
until_true 5 ovsdb-client list-dbs
declare -f admin >functions
export BASH_ENV=$PWD/functions
python3 "$ORACLE/ovsdb-wire.py" <<'W'
a> transact ["J",{"op":"insert","table":"A","row":{"n":1}}]
$ admin '{"op":"update","table":"Connection","where":[],"row":{"role":"reader"}}'
sleep 0.3
a> transact ["J",{"op":"insert","table":"A","row":{"n":2}}]
b> transact ["J",{"op":"insert","table":"A","row":{"n":3}}]
$ admin '{"op":"update","table":"Connection","where":[],"row":{"role":"","read_only":true}}'
sleep 0.3
a> transact ["J",{"op":"insert","table":"A","row":{"n":4}}]
b> transact ["J",{"op":"insert","table":"A","row":{"n":5}}]
c> transact ["J",{"op":"insert","table":"A","row":{"n":6}}]
# gone and there again, it is what its row says
$ admin '{"op":"update","table":"Root","where":[],"row":{"connections":["set",[]]}}'
sleep 0.3
W
unset BASH_ENV
admin "{\"op\":\"insert\",\"table\":\"Connection\",\"uuid-name\":\"a\",\"row\":{\"target\":\"punix:$OVS_RUNDIR/db.sock\",\"read_only\":true,\"role\":\"reader\"}},{\"op\":\"update\",\"table\":\"Root\",\"where\":[],\"row\":{\"connections\":[\"named-uuid\",\"a\"]}}"
until_true 5 ovsdb-client list-dbs
ovsdb-client transact '["J",{"op":"insert","table":"A","row":{"n":7}}]'
echo "# one that only reads is told first what else is wrong"
admin '{"op":"update","table":"Connection","where":[],"row":{"role":""}},{"op":"update","table":"Root","where":[],"row":{"connections":["set",[]]}}' >/dev/null
sleep 0.3
admin "{\"op\":\"insert\",\"table\":\"Connection\",\"uuid-name\":\"a\",\"row\":{\"target\":\"punix:$OVS_RUNDIR/db.sock\",\"read_only\":true}},{\"op\":\"update\",\"table\":\"Root\",\"where\":[],\"row\":{\"connections\":[\"named-uuid\",\"a\"]}}" >/dev/null
until_true 5 ovsdb-client list-dbs
for operation in '{"op":"insert","table":"Z","row":{}}' '{"op":"update","table":"A","where":[],"row":{"n":"x"}}' '{"op":"insert","table":"A","row":{"n":1},"zz":1}' \
  '{"op":"delete","table":"A","where":[["n","==",77]]}' '{"op":"commit"}'; do
  ovsdb-client transact "[\"J\",$operation]"
done
stop ovsdb-server
