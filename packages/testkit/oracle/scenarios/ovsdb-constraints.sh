# Constraints of a schema: ranges, lengths, enums, counts, row limits, indexes, immutable columns; what each refusal says.
cat > s.ovsschema <<'Y'
{"name":"C","version":"1.0.0","tables":{
 "T":{"columns":{
   "name":{"type":"string"},"fixed":{"type":"string","mutable":false},
   "small":{"type":{"key":{"type":"integer","minInteger":1,"maxInteger":9},"min":0,"max":3}},
   "low":{"type":{"key":{"type":"integer","minInteger":-5},"min":0,"max":1}},
   "high":{"type":{"key":{"type":"real","maxReal":2.5},"min":0,"max":1}},
   "word":{"type":{"key":{"type":"string","minLength":2,"maxLength":4},"min":0,"max":2}},
   "kind":{"type":{"key":{"type":"string","enum":["set",["b","a","c d"]]},"min":0,"max":1}},
   "num":{"type":{"key":{"type":"integer","enum":["set",[1,2,3]]},"min":0,"max":"unlimited"}},
   "two":{"type":{"key":"integer","min":0,"max":2}},
   "map":{"type":{"key":"string","value":{"type":"integer","maxInteger":7},"min":0,"max":2}}},
  "isRoot":true,"indexes":[["name"],["fixed","two"]]},
 "One":{"columns":{"x":{"type":"integer"}},"isRoot":true,"maxRows":2},
 "Def":{"columns":{"y":{"type":{"key":{"type":"integer","minInteger":3}}}},"isRoot":true}}}
Y
ovsdb-tool create c.db s.ovsschema
ovsdb-server c.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile -vconsole:off
n=0
tx() { echo "> $*"; ovsdb-client transact "[\"C\",$*]" | sed "s/First row, with.*/.../"; echo "-> $?"; } # which of the two rows comes first, chance says
ins() { n=$((n + 1)); tx "{\"op\":\"insert\",\"table\":\"T\",\"row\":{\"name\":\"r$n\",\"fixed\":\"f$n\"$1}}"; }
for row in '"small":0' '"small":10' '"small":["set",[1,2,3,4]]' '"small":["set",[1,1]]' '"low":-6' '"low":-5' '"high":2.6' \
  '"high":1e300' '"word":"a"' '"word":"abcde"' '"word":"äöü"' '"word":["set",["ab","cd","ef"]]' '"kind":"z"' '"kind":"c d"' '"num":4' \
  '"num":["set",[1,2]]' '"map":["map",[["a",8]]]' '"map":["map",[["a",1],["b",2],["c",3]]]' '"map":["map",[["a",1],["a",2]]]' \
  '"map":["set",[]]' '"map":5' '"small":["map",[]]' '"low":["set",[1,2]]' '"small":true' '"high":"x"' '"low":1.5' \
  '"low":9223372036854775807' '"low":-9223372036854775808' '"low":9223372036854775808' '"nope":1' '"word":["uuid","x"]'; do ins ",$row"; done
tx '{"op":"insert","table":"T","row":{"name":"r2","fixed":"other"}}'
tx '{"op":"insert","table":"T","row":{"name":"i1","fixed":"same"},"uuid":"10000000-0000-0000-0000-000000000001"}','{"op":"insert","table":"T","row":{"name":"i2","fixed":"same"},"uuid":"10000000-0000-0000-0000-000000000002"}'
tx '{"op":"insert","table":"T","row":{"name":"i1","fixed":"same"},"uuid":"10000000-0000-0000-0000-000000000001"}'
tx '{"op":"insert","table":"T","row":{"name":"i1"},"uuid":"10000000-0000-0000-0000-000000000002"}'
tx '{"op":"insert","table":"T","row":{"name":"i3"},"uuid":"10000000-0000-0000-0000-000000000003"}'
tx '{"op":"update","table":"T","where":[["name","==","i3"]],"row":{"name":"i1"}}'
tx '{"op":"update","table":"T","where":[["name","==","i1"]],"row":{"name":"i9"}}','{"op":"update","table":"T","where":[["name","==","i3"]],"row":{"name":"i1"}}'
tx '{"op":"update","table":"T","where":[["name","==","i1"]],"row":{"fixed":"z"}}'
tx '{"op":"mutate","table":"T","where":[["name","==","i1"]],"mutations":[["fixed","insert","z"]]}'
tx '{"op":"mutate","table":"T","where":[["name","==","i1"]],"mutations":[["small","insert",["set",[1,2,3,4]]]]}'
tx '{"op":"mutate","table":"T","where":[["name","==","i1"]],"mutations":[["small","insert",["set",[1,2]]],["small","insert",["set",[3,4]]]]}'
tx '{"op":"mutate","table":"T","where":[["name","==","i1"]],"mutations":[["small","insert",["set",[1,2]]],["small","*=",2]]}'
tx '{"op":"mutate","table":"T","where":[["name","==","i1"]],"mutations":[["small","+=",9]]}'
tx '{"op":"mutate","table":"T","where":[["name","==","i1"]],"mutations":[["small","*=",0]]}'
tx '{"op":"mutate","table":"T","where":[["name","==","i1"]],"mutations":[["map","insert",["map",[["a",1],["b",2]]]],["map","insert",["map",[["c",2]]]]]}'
tx '{"op":"mutate","table":"T","where":[],"mutations":[["name","foo","x"]]}'
tx '{"op":"mutate","table":"T","where":[],"mutations":[["name","*=","x"]]}'
tx '{"op":"mutate","table":"T","where":[],"mutations":[["map","+=",1]]}'
tx '{"op":"mutate","table":"T","where":[],"mutations":[["name"]]}'
tx '{"op":"mutate","table":"T","where":[],"mutations":5}'
tx '{"op":"insert","table":"One","row":{}}','{"op":"insert","table":"One","row":{"x":1}}','{"op":"insert","table":"One","row":{"x":2}}'
tx '{"op":"insert","table":"One","row":{}}','{"op":"insert","table":"One","row":{"x":1}}'
tx '{"op":"insert","table":"One","row":{"x":2}}'
tx '{"op":"delete","table":"One","where":[["x","==",1]]}','{"op":"insert","table":"One","row":{"x":2}}'
tx '{"op":"insert","table":"Def","row":{}}'
tx '{"op":"insert","table":"Def","row":{"y":4}}'
ovsdb-client dump C T name fixed small low high word kind num map
ovsdb-client dump C One x
