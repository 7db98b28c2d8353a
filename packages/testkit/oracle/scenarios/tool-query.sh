# ovsdb-tool query and transact: what is refused, what is written, and what the file holds after it
printf '{"name":"T","version":"1.0.0","tables":{"A":{"columns":{"n":{"type":"integer"},"s":{"type":{"key":"string","min":0,"max":"unlimited"}}},"isRoot":true,"indexes":[["n"]]}}}' >s.json
ovsdb-tool create t.db s.json
q() { try ovsdb-tool "$1" t.db "$2"; }
q transact '["T",{"op":"insert","table":"A","row":{"n":1,"s":["set",["a","b"]]}}]'
# Which of two rows comes first is chance.
q transact '["T",{"op":"insert","table":"A","row":{"n":1}}]' | sed -E 's/First row, [^"]*/Two rows/'
q query '["T",{"op":"select","table":"A","where":[],"columns":["n","s"]}]'
q query '["T",{"op":"insert","table":"A","row":{"n":2}}]'
q query '["T",{"op":"select","table":"A","where":[["n",">",1]],"columns":["n"]}]'
q query '{}'
q query '[]'
q query '[1]'
q query '["T",1]'
q query '["T",{"op":"nope"}]'
q query '["T",{"op":"select","table":"B","where":[]}]'
q query '["T",{"op":"select","table":"A","where":[["z","==",1]]}]'
q query '["T",{"op":"select","table":"A","where":[["n","is",1]]}]'
q query '["T",{"op":"select","table":"A","where":[],"columns":["q"]}]'
q query '["T",{"op":"abort"}]'
q query '["T",{"op":"assert","lock":"l"}]'
q transact '["T",{"op":"commit","durable":true}]'
q transact '["T",{"op":"mutate","table":"A","where":[],"mutations":[["n","+=",4],["s","insert","c"]]}]'
q query '["T",{"op":"select","table":"A","where":[],"columns":["n","s"]}]'
q transact 'nonsense'
q transact '["T",{"op":"delete","table":"A","where":[]}'
try ovsdb-tool query
try ovsdb-tool query a b c
try ovsdb-tool query none.db '["T"]'
try ovsdb-tool --rbac-role=r query t.db '["T",{"op":"select","table":"A","where":[],"columns":["n"]}]'
try ovsdb-tool --rbac-role=r transact t.db '["T",{"op":"insert","table":"A","row":{"n":9}}]'
ovsdb-tool -mm show-log t.db | sed -E 's/[0-9-]{10} [0-9:.]{12}/DATE/; s/\b[0-9a-f]{8}\b/ID/g'
printf 'OVSDB JSON 5 00\n' >cut.db
printf 'OVSDB JSON 0 0123456789012345678901234567890123456789\n' >empty-record.db
for file in cut.db empty-record.db; do try ovsdb-tool db-name $file; done
