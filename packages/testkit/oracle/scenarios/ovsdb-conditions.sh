# Which rows and columns the three kinds of monitors tell while rows and conditions change.
cat > s.ovsschema <<'S'
{"name":"J","version":"1.0.0","tables":{
 "A":{"columns":{"name":{"type":"string"},"n":{"type":"integer"},"x":{"type":{"key":"real","min":0,"max":1}},"on":{"type":"boolean"},
   "tags":{"type":{"key":"string","min":0,"max":"unlimited"}},"map":{"type":{"key":"string","value":"integer","min":0,"max":"unlimited"}},
   "b":{"type":{"key":{"type":"uuid","refTable":"B"},"min":0,"max":"unlimited"}},
   "weak":{"type":{"key":{"type":"uuid","refTable":"A","refType":"weak"},"min":0,"max":"unlimited"}},
   "eph":{"type":"string","ephemeral":true}},"isRoot":true},
 "B":{"columns":{"v":{"type":"integer"}}}}}
S
ovsdb-tool create j.db s.ovsschema
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile -vconsole:off
u=10000000-0000-0000-0000-00000000000
python3 "$ORACLE/ovsdb-wire.py" <<W
monitor_cond ["J","any",{"A":[{"columns":["name","n"],"where":[]}],"B":[{"columns":["v"]}]}]
monitor_cond ["J","none",{"A":[{"columns":["name"],"where":[false]}]}]
monitor_cond ["J","n",{"A":[{"columns":["name","tags"],"where":[["n",">=",2]]}]}]
monitor_cond_since ["J","or",{"A":[{"columns":["name","n","map"],"where":[["n","==",1],["tags","includes","t"],["on","==",true]]}]},"00000000-0000-0000-0000-000000000000"]
monitor_cond_since ["J","two",{"A":[{"columns":["name"],"where":[["n","<",3]]},{"columns":["map"],"where":[["x",">",1.5]],"select":{"modify":false}}]},"00000000-0000-0000-0000-000000000000"]
monitor_cond ["J","uuid",{"A":[{"columns":["eph","b"],"where":[["_uuid","==",["uuid","${u}1"]]]}]}]
monitor_cond ["J","quiet",{"A":[{"columns":["n"],"where":[["n","!=",5]],"select":{"insert":false,"initial":false}}]}]
monitor ["J","v1",{"A":[{"columns":["name","weak"]},{"columns":["n"],"select":{"delete":false}}]}]
monitor_cond ["J","bad",{"A":[{"where":[["n","includes","x"]]}]}]
monitor_cond ["J","bad",{"A":[{"where":[["tags",">",1]]}]}]
monitor_cond ["J","bad",{"A":[{"where":[["x",">","y"]]}]}]
monitor_cond ["J","bad",{"A":[{"where":[["n","=="]]}]}]
monitor_cond ["J","bad",{"A":[{"where":[["n","==",1,2]]}]}]
monitor_cond ["J","bad",{"A":[{"where":["true"]}]}]
monitor_cond ["J","bad",{"A":[{"where":[],"columns":["_uuid","_version","name"]}]}]
# rows come
transact ["J",{"op":"insert","table":"A","uuid":"${u}1","row":{"name":"a","n":1,"b":["named-uuid","q"]}},{"op":"insert","table":"B","uuid-name":"q","row":{"v":7}}]
transact ["J",{"op":"insert","table":"A","uuid":"${u}2","row":{"name":"b","n":2,"tags":["set",["t","u"]],"x":2.5,"map":["map",[["k",1],["l",2]]]}}]
transact ["J",{"op":"insert","table":"A","uuid":"${u}3","row":{"name":"c","n":5,"on":true,"weak":["set",[["uuid","${u}1"],["uuid","${u}2"]]]}}]
# rows change in what is seen, in what is not, in what conditions look at
transact ["J",{"op":"update","table":"A","where":[["name","==","a"]],"row":{"n":2}}]
transact ["J",{"op":"update","table":"A","where":[["name","==","a"]],"row":{"n":3,"name":"aa"}}]
transact ["J",{"op":"update","table":"A","where":[["name","==","b"]],"row":{"tags":"u"}}]
transact ["J",{"op":"mutate","table":"A","where":[["name","==","b"]],"mutations":[["map","insert",["map",[["m",3]]]],["map","delete",["set",["k"]]],["tags","insert",["set",["v","w"]]],["x","*=",0.5]]}]
transact ["J",{"op":"update","table":"A","where":[["name","==","b"]],"row":{"map":["map",[["l",20],["z",9]]]}}]
transact ["J",{"op":"update","table":"A","where":[],"row":{"eph":"e","on":false}}]
transact ["J",{"op":"update","table":"A","where":[["name","==","c"]],"row":{"n":6}}]
transact ["J",{"op":"update","table":"A","where":[["name","==","c"]],"row":{"n":5}}]
transact ["J",{"op":"update","table":"A","where":[],"row":{"n":1}},{"op":"update","table":"A","where":[["name","==","c"]],"row":{"n":5}}]
transact ["J",{"op":"update","table":"A","where":[["name","==","c"]],"row":{"name":"c"}}]
transact ["J",{"op":"insert","table":"A","row":{"name":"gone"}},{"op":"delete","table":"A","where":[["name","==","gone"]]}]
# conditions change
monitor_cond_change ["none","none",{"A":[{"where":[true]}]}]
monitor_cond_change ["n","n2",{"A":[{"where":[["n","<",2]]}]}]
monitor_cond_change ["or","or",{"A":[{"where":[["n","==",5]]}]}]
monitor_cond_change ["or","or",{"A":[{"where":[["n","==",1]]},{"where":[["n","==",5]]}]}]
monitor_cond_change ["two","two",{"A":[{"where":[["map","includes",["map",[["l",20]]]]]}]}]
monitor_cond_change ["any","any",{"B":[{"where":[["v","<",7]]}],"A":[{"where":[["name","==","c"],["name","==","b"]]}]}]
monitor_cond_change ["any","any",{"B":[]}]
monitor_cond_change ["quiet","quiet",{"A":[{"where":[["x","==",1.25]]}]}]
monitor_cond_change ["n2","n2",{"B":[{"where":[]}]}]
monitor_cond_change ["n2","n2",{"A":[{"where":[["zz","==",1]]}]}]
transact ["J",{"op":"update","table":"A","where":[],"row":{"tags":["set",[]],"n":4}}]
monitor_cond_change ["none","none",{"A":[{"where":[false]}]}]
monitor_cond_change ["n2","n2",{"A":[{"where":[]}]}]
transact ["J",{"op":"mutate","table":"A","where":[["name","==","aa"]],"mutations":[["n","+=",1]]},{"op":"update","table":"A","where":[["name","==","aa"]],"row":{"b":["set",[]]}}]
# rows go
transact ["J",{"op":"delete","table":"A","where":[["name","==","aa"]]}]
transact ["J",{"op":"update","table":"A","where":[["name","==","b"]],"row":{"n":1}},{"op":"delete","table":"A","where":[["name","==","b"]]}]
transact ["J",{"op":"delete","table":"A","where":[]}]
W
stop ovsdb-server
