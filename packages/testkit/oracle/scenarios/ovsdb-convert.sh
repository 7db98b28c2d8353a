# A database gets another schema while clients use it: what those see that know of such changes and those that do not.
schema() { # VERSION COLUMNS
  echo "{\"name\":\"J\",\"version\":\"$1\",\"tables\":{\"A\":{\"columns\":{\"name\":{\"type\":\"string\"}$2},\"isRoot\":true,\"indexes\":[[\"name\"]]}}}"
}
schema 1.0.0 ',"n":{"type":"integer"},"set":{"type":{"key":"integer","min":0,"max":3}}' >one.ovsschema
schema 2.0.0 ',"n":{"type":"integer"},"more":{"type":"string"}' >two.ovsschema
schema 3.0.0 ',"n":{"type":{"key":{"type":"integer","maxInteger":1}}}' >three.ovsschema
ovsdb-tool create j.db one.ovsschema
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile --log-file -vconsole:off
python3 "$ORACLE/ovsdb-wire.py" <<'W'
a> set_db_change_aware [true]
a> transact ["J",{"op":"insert","table":"A","row":{"name":"x","n":2,"set":["set",[1,2]]}}]
a> monitor ["J","m",{"A":{"columns":["name","n"]}}]
a> monitor_cond ["J","c",{"A":[{"columns":["name","n"]}]}]
a> monitor ["_Server","s",{"Database":{"columns":["name"],"select":{"initial":false}}}]
a> lock ["L"]
b> monitor ["J","m",{"A":{"columns":["name"]}}]
c> lock ["L"]
d> set_db_change_aware [true]
d> transact! ["J",{"op":"wait","table":"A","where":[],"columns":["n"],"until":"==","rows":[{"n":9}]},{"op":"insert","table":"A","row":{"name":"w"}}]
sleep 0.2
$ ovsdb-client needs-conversion two.ovsschema; ovsdb-client convert two.ovsschema; echo "-> $?"
$ ovsdb-client needs-conversion two.ovsschema
a> get_schema ["J"]
a> transact ["J",{"op":"select","table":"A","where":[],"columns":["name","n","more"]}]
a> monitor_cancel ["m"]
a> monitor ["J","m",{"A":{"columns":["name","more"]}}]
a> transact ["J",{"op":"update","table":"A","where":[["name","==","x"]],"row":{"more":"y"}}]
a> unlock ["L"]
b> transact ["J",{"op":"select","table":"A","where":[],"columns":["name","more"]}]
# contents that do not fit
$ ovsdb-client convert three.ovsschema 2>&1; echo "-> $?"
a> transact ["J",{"op":"delete","table":"A","where":[]}]
$ ovsdb-client convert one.ovsschema; echo "-> $?"
a> transact ["J",{"op":"select","table":"A","where":[]}]
W
ovs-appctl -t ovsdb-server exit
ovsdb-tool show-log -m j.db | sed -E 's/^(record [0-9]+: )[0-9:. -]+/\1/'
grep -oE '(ovsdb[a-z_]*|jsonrpc[a-z_]*)\|(WARN|ERR|INFO).*' "$OVS_LOGDIR/ovsdb-server.log"
