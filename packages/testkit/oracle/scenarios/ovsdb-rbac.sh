# What clients of a role may do: RBAC_Role and RBAC_Permission, by the name in the client's certificate.
# seconds: 15
openssl_() { openssl "$@" 2>/dev/null; }
openssl_ req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=ca -keyout ca.key -out ca.pem
for name in server alice bob; do
  openssl_ req -newkey rsa:2048 -nodes -subj "/O=x/CN=$name" -keyout $name.key -out $name.csr
  openssl_ x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out $name.pem
done
cat > s.ovsschema <<'S'
{"name":"J","version":"1.0.0","tables":{
 "Root":{"columns":{"connections":{"type":{"key":{"type":"uuid","refTable":"Connection"},"min":0,"max":"unlimited"}}},"isRoot":true,"maxRows":1},
 "Connection":{"columns":{"target":{"type":"string"},"role":{"type":"string"},"read_only":{"type":"boolean"}},"indexes":[["target"]]},
 "RBAC_Role":{"columns":{"name":{"type":"string"},"permissions":{"type":{"key":"string","value":{"type":"uuid","refTable":"RBAC_Permission"},"min":0,"max":"unlimited"}}},"isRoot":true},
 "RBAC_Permission":{"columns":{"table":{"type":"string"},"authorization":{"type":{"key":"string","min":0,"max":"unlimited"}},"insert_delete":{"type":"boolean"},
   "update":{"type":{"key":"string","min":0,"max":"unlimited"}}},"isRoot":true},
 "Chassis":{"columns":{"name":{"type":"string"},"ids":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"}},"n":{"type":"integer"},"m":{"type":"integer"}},"isRoot":true},
 "Free":{"columns":{"n":{"type":"integer"},"m":{"type":"integer"}},"isRoot":true},
 "Map":{"columns":{"ids":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"}},"n":{"type":"integer"}},"isRoot":true},
 "Closed":{"columns":{"n":{"type":"integer"}},"isRoot":true}}}
S
ovsdb-tool create j.db s.ovsschema
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db.sock" --remote=db:J,Root,connections -p server.key -c server.pem -C ca.pem --detach --no-chdir --pidfile -vconsole:off
ovsdb-client transact '["J",
  {"op":"insert","table":"Root","row":{"connections":["set",[["named-uuid","a"],["named-uuid","b"],["named-uuid","c"],["named-uuid","d"]]]}},
  {"op":"insert","table":"Connection","uuid-name":"a","row":{"target":"pssl:7001:127.0.0.1","role":"controller"}},
  {"op":"insert","table":"Connection","uuid-name":"b","row":{"target":"pssl:7002:127.0.0.1","role":"nobody"}},
  {"op":"insert","table":"Connection","uuid-name":"c","row":{"target":"ptcp:7003:127.0.0.1","role":"controller"}},
  {"op":"insert","table":"Connection","uuid-name":"d","row":{"target":"pssl:7004:127.0.0.1"}},
  {"op":"insert","table":"RBAC_Role","row":{"name":"controller","permissions":["map",[["Chassis",["named-uuid","p"]],["Free",["named-uuid","q"]],["Map",["named-uuid","r"]]]]}},
  {"op":"insert","table":"RBAC_Permission","uuid-name":"p","row":{"table":"Chassis","authorization":"name","insert_delete":true,"update":["set",["n","ids"]]}},
  {"op":"insert","table":"RBAC_Permission","uuid-name":"q","row":{"table":"Free","authorization":"","insert_delete":false,"update":"n"}},
  {"op":"insert","table":"RBAC_Permission","uuid-name":"r","row":{"table":"Map","authorization":["set",["ids:owner","zz"]],"insert_delete":true,"update":["set",["ids","n"]]}},
  {"op":"insert","table":"Closed","row":{"n":1}},{"op":"insert","table":"Free","row":{"n":1}},{"op":"insert","table":"Chassis","row":{"name":"bob","n":1}},
  {"op":"insert","table":"Map","row":{"ids":["map",[["owner","alice"]]],"n":1}},{"op":"insert","table":"Map","row":{"ids":["map",[["owner","bob"]]],"n":2}}]' >/dev/null
sleep 0.3
as() { echo "> $*"; timeout 5 ovsdb-client -p "$1.key" -c "$1.pem" -C ca.pem transact "ssl:127.0.0.1:$2" "[\"J\",$3]" 2>&1 | sed 's/^[^|]*|[0-9]*|//'; }
as alice 7001 '{"op":"select","table":"Closed","where":[],"columns":["n"]}'
as alice 7001 '{"op":"insert","table":"Closed","row":{"n":2}}'
as alice 7001 '{"op":"update","table":"Closed","where":[],"row":{"n":2}}'
as alice 7001 '{"op":"mutate","table":"Closed","where":[],"mutations":[["n","+=",1]]}'
as alice 7001 '{"op":"delete","table":"Closed","where":[]}'
as alice 7001 '{"op":"delete","table":"Closed","where":[["n","==",77]]}'
as alice 7001 '{"op":"update","table":"Closed","where":[["n","==",77]],"row":{"n":2}}'
as alice 7001 '{"op":"mutate","table":"Closed","where":[["n","==",77]],"mutations":[["n","+=",1]]}'
as alice 7001 '{"op":"insert","table":"Chassis","row":{"name":"alice"}}'
as alice 7001 '{"op":"insert","table":"Chassis","row":{"name":"carol"}}'
as alice 7001 '{"op":"insert","table":"Chassis","row":{"zz":1}}'
as alice 7001 '{"op":"update","table":"Chassis","where":[["name","==","alice"]],"row":{"n":5}}'
as alice 7001 '{"op":"update","table":"Chassis","where":[["name","==","alice"]],"row":{"n":5,"m":1}}'
as alice 7001 '{"op":"update","table":"Chassis","where":[["name","==","alice"]],"row":{"m":0}}'
as alice 7001 '{"op":"update","table":"Chassis","where":[["name","==","bob"]],"row":{"n":6}}'
as alice 7001 '{"op":"update","table":"Chassis","where":[],"row":{"n":6}}'
as alice 7001 '{"op":"update","table":"Chassis","where":[],"row":{}}'
as alice 7001 '{"op":"mutate","table":"Chassis","where":[["name","==","alice"]],"mutations":[["n","+=",1],["ids","insert",["map",[["k","v"]]]]]}'
as alice 7001 '{"op":"mutate","table":"Chassis","where":[["name","==","alice"]],"mutations":[["m","+=",1]]}'
as alice 7001 '{"op":"mutate","table":"Chassis","where":[["name","==","bob"]],"mutations":[["n","+=",1]]}'
as bob 7001 '{"op":"mutate","table":"Chassis","where":[["name","==","bob"]],"mutations":[["n","+=",1]]}'
as bob 7001 '{"op":"delete","table":"Chassis","where":[["name","==","alice"]]}'
as bob 7001 '{"op":"delete","table":"Chassis","where":[]}'
as alice 7001 '{"op":"delete","table":"Chassis","where":[["name","==","alice"]]},{"op":"comment","comment":"x"},{"op":"assert","lock":"x"}'
as alice 7001 '{"op":"insert","table":"Free","row":{"n":5}}'
as alice 7001 '{"op":"update","table":"Free","where":[],"row":{"n":5}}'
as alice 7001 '{"op":"update","table":"Free","where":[],"row":{"m":5}}'
as alice 7001 '{"op":"delete","table":"Free","where":[]}'
as alice 7001 '{"op":"update","table":"Map","where":[["n","==",1]],"row":{"ids":["map",[["owner","alice"],["x","y"]]]}}'
as alice 7001 '{"op":"update","table":"Map","where":[["n","==",2]],"row":{"ids":["map",[["owner","alice"]]]}}'
as alice 7001 '{"op":"mutate","table":"Map","where":[["n","==",2]],"mutations":[["ids","insert",["map",[["z","alice"]]]]]}'
as bob 7001 '{"op":"delete","table":"Map","where":[["n","==",2]]}'
as alice 7002 '{"op":"insert","table":"Chassis","row":{"name":"alice"}}'
as alice 7002 '{"op":"update","table":"Chassis","where":[],"row":{"n":6}}'
as alice 7004 '{"op":"insert","table":"Closed","row":{"n":3}}'
ovsdb-client transact tcp:127.0.0.1:7003 '["J",{"op":"update","table":"Free","where":[],"row":{"n":9}}]'
ovsdb-client transact tcp:127.0.0.1:7003 '["J",{"op":"insert","table":"Closed","row":{"n":9}}]'
ovsdb-client transact '["J",{"op":"update","table":"RBAC_Permission","where":[["table","==","Free"]],"row":{"insert_delete":true}}]'
as alice 7001 '{"op":"delete","table":"Free","where":[]}'
ovsdb-client -f csv dump J Chassis
ovsdb-client -f csv dump J Map n ids
stop ovsdb-server
