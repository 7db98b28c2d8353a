# ovsdb-tool show-log at each verbosity: inserts, changes of sets, maps and scalars, deletions, comments
printf '{"name":"T","version":"1.0.0","cksum":"1 2","tables":{"A":{"columns":{"name":{"type":"string"},"b":{"type":"boolean"},"r":{"type":"real"},"i":{"type":{"key":"integer","min":0,"max":"unlimited"}},"m":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"}},"u":{"type":{"key":{"type":"uuid","refTable":"A"},"min":0,"max":1}}},"isRoot":true},"N":{"columns":{"x":{"type":"string"}},"isRoot":true}}}' >s.json
ovsdb-tool create t.db s.json
t() { ovsdb-tool transact t.db "[\"T\",$1]"; echo; }
t '{"op":"insert","table":"A","uuid":"60000000-0000-0000-0000-000000000001","row":{"name":"x y","b":true,"r":1.5,"i":["set",[3,1,2]],"m":["map",[["k","v"],["a b","c\"d"]]]}}'
t '{"op":"insert","table":"N","uuid":"70000000-0000-0000-0000-000000000002","row":{"x":"n"}},{"op":"comment","comment":"one\ntwo"}'
t '{"op":"mutate","table":"A","where":[],"mutations":[["i","insert",9],["i","delete",1],["m","delete",["set",["k"]]]]},{"op":"comment","comment":"a"},{"op":"comment","comment":"b"}'
t '{"op":"update","table":"A","where":[],"row":{"name":"z","u":["uuid","60000000-0000-0000-0000-000000000001"],"b":false,"r":0}}'
t '{"op":"update","table":"N","where":[],"row":{"x":""}}'
t '{"op":"update","table":"A","where":[],"row":{"u":["set",[]]}},{"op":"delete","table":"A","where":[]}'
t '{"op":"delete","table":"N","where":[]},{"op":"comment","comment":""}'
for m in '' -m -mm -mmm; do ovsdb-tool $m show-log t.db | sed -E 's/[0-9-]{10} [0-9:.]{12}/DATE/'; done
try ovsdb-tool show-log none
head -c -5 t.db >cut.db
echo junk >junk.db
try ovsdb-tool show-log junk.db
: >empty.db
try ovsdb-tool show-log empty.db
