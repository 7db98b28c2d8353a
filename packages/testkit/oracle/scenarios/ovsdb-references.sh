# Strong and weak references, garbage collection, integrity violations, named-uuids.
cat > s.ovsschema <<'Y'
{"name":"R","version":"1.0.0","tables":{
 "Root":{"columns":{"n":{"type":"string"},"kids":{"type":{"key":{"type":"uuid","refTable":"Kid"},"min":0,"max":"unlimited"}},
   "by":{"type":{"key":"string","value":{"type":"uuid","refTable":"Kid"},"min":0,"max":"unlimited"}},
   "pal":{"type":{"key":{"type":"uuid","refTable":"Root","refType":"weak"},"min":0,"max":1}},
   "pals":{"type":{"key":{"type":"uuid","refTable":"Kid","refType":"weak"},"value":"integer","min":0,"max":"unlimited"}}},"isRoot":true},
 "Must":{"columns":{"n":{"type":"string"},"w":{"type":{"key":{"type":"uuid","refTable":"Root","refType":"weak"},"min":1,"max":2}}},"isRoot":true},
 "Kid":{"columns":{"n":{"type":"string"},"next":{"type":{"key":{"type":"uuid","refTable":"Kid"},"min":0,"max":1}}}}}}
Y
ovsdb-tool create r.db s.ovsschema
ovsdb-server r.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile -vconsole:off
tx() { echo "> $*"; ovsdb-client transact "[\"R\",$*]"; echo "-> $?"; for t in Root Must Kid; do ovsdb-client --no-headings -f csv dump R $t; done; }
kid() { echo "{\"op\":\"insert\",\"table\":\"Kid\",\"uuid-name\":\"$1\",\"uuid\":\"$2\",\"row\":{\"n\":\"$1\"${3:+,\"next\":$3}}}"; }
k1=20000000-0000-0000-0000-000000000001 k2=20000000-0000-0000-0000-000000000002 k3=20000000-0000-0000-0000-000000000003
r1=10000000-0000-0000-0000-000000000001 r2=10000000-0000-0000-0000-000000000002
tx "$(kid lonely $k1)"
tx "{\"op\":\"insert\",\"table\":\"Root\",\"uuid\":\"$r1\",\"row\":{\"n\":\"a\",\"kids\":[\"named-uuid\",\"x\"]}},$(kid x $k1 '["named-uuid","y"]'),$(kid y $k2)"
tx "{\"op\":\"insert\",\"table\":\"Root\",\"uuid\":\"$r2\",\"row\":{\"n\":\"b\",\"pal\":[\"uuid\",\"$r1\"],\"by\":[\"map\",[[\"k\",[\"uuid\",\"$k2\"]]]],\"pals\":[\"map\",[[[\"uuid\",\"$k1\"],1],[[\"uuid\",\"$k2\"],2]]]}}"
tx "{\"op\":\"delete\",\"table\":\"Kid\",\"where\":[[\"_uuid\",\"==\",[\"uuid\",\"$k1\"]]]}"
tx "{\"op\":\"delete\",\"table\":\"Kid\",\"where\":[]}"
tx "{\"op\":\"update\",\"table\":\"Root\",\"where\":[[\"n\",\"==\",\"a\"]],\"row\":{\"kids\":[\"set\",[]]}}"
tx "{\"op\":\"insert\",\"table\":\"Root\",\"row\":{\"kids\":[\"uuid\",\"$k3\"]},\"uuid\":\"10000000-0000-0000-0000-000000000003\"}"
tx "{\"op\":\"insert\",\"table\":\"Root\",\"row\":{\"kids\":[\"named-uuid\",\"nobody\"]},\"uuid\":\"10000000-0000-0000-0000-000000000003\"}"
tx "{\"op\":\"insert\",\"table\":\"Root\",\"row\":{\"kids\":[\"named-uuid\",\"1bad\"]}}"
tx "{\"op\":\"insert\",\"table\":\"Root\",\"uuid-name\":\"1bad\",\"row\":{}}"
tx "$(kid z $k3),$(kid z $k1)"
tx "{\"op\":\"insert\",\"table\":\"Must\",\"row\":{\"n\":\"none\"},\"uuid\":\"30000000-0000-0000-0000-000000000001\"}"
tx "{\"op\":\"insert\",\"table\":\"Must\",\"row\":{\"n\":\"gone\",\"w\":[\"uuid\",\"$k3\"]},\"uuid\":\"30000000-0000-0000-0000-000000000001\"}"
tx "{\"op\":\"insert\",\"table\":\"Must\",\"row\":{\"n\":\"ok\",\"w\":[\"set\",[[\"uuid\",\"$r1\"],[\"uuid\",\"$r2\"]]]},\"uuid\":\"30000000-0000-0000-0000-000000000001\"}"
tx "{\"op\":\"delete\",\"table\":\"Root\",\"where\":[[\"n\",\"==\",\"a\"]]}"
tx "{\"op\":\"delete\",\"table\":\"Root\",\"where\":[[\"n\",\"==\",\"b\"]]}"
tx "{\"op\":\"delete\",\"table\":\"Root\",\"where\":[]},{\"op\":\"delete\",\"table\":\"Must\",\"where\":[]}"
tx "{\"op\":\"insert\",\"table\":\"Root\",\"uuid\":\"$r1\",\"row\":{\"n\":\"c\",\"kids\":[\"named-uuid\",\"p\"]}},$(kid p $k1 '["named-uuid","q"]'),$(kid q $k2 '["named-uuid","p"]')"
tx "{\"op\":\"delete\",\"table\":\"Root\",\"where\":[]}"
tx "$(kid self $k3 '["named-uuid","self"]')"
