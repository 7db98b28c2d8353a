# ovsdb-tool convert and needs-conversion: columns come and go, types change, data that fits no more is refused
one='{"name":"T","version":"1.0.0","tables":{"A":{"columns":{"n":{"type":"integer"},"s":{"type":{"key":"string","min":0,"max":3}}},"isRoot":true},"B":{"columns":{"x":{"type":"string"}},"isRoot":true}}}'
printf '%s' "$one" >one.json
printf '%s' "$one" | sed 's/"max":3/"max":1/; s/1.0.0/1.1.0/' >narrow.json
printf '%s' "$one" | sed 's/"n":{"type":"integer"}/"n":{"type":"string"}/' >retype.json
printf '%s' "$one" | sed 's/,"B":{.*}}}$/}}/; s/"n":/"m":/; s/1.0.0/2.0.0/' >less.json
printf '%s' "$one" | sed 's/"name":"T"/"name":"U"/' >named.json
ovsdb-tool create t.db one.json
ovsdb-tool transact t.db '["T",{"op":"insert","table":"A","row":{"n":7,"s":["set",["a","b"]]}},{"op":"insert","table":"B","row":{"x":"q"}}]' >/dev/null
for f in one narrow retype less named; do
  try ovsdb-tool needs-conversion t.db $f.json
  try ovsdb-tool convert t.db $f.json $f.db
  [ -e $f.db ] && ovsdb-tool query $f.db '["T",{"op":"select","table":"A","where":[]}]' | sed 's/"_version"[^}]*//'
done
try ovsdb-tool convert t.db one.json one.db
try ovsdb-tool convert t.db none.json
try ovsdb-tool convert none.db one.json
try ovsdb-tool convert t.db less.json
try ovsdb-tool db-version t.db
try ovsdb-tool needs-conversion none.db one.json
try ovsdb-tool needs-conversion t.db none.json
try ovsdb-tool needs-conversion a b c
try ovsdb-tool convert a b c d
