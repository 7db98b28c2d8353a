# ovsdb-client(1) line by line, where no other scenario looks: formats, groups of columns, restore, servers, locks, signals.
cat > s.ovsschema <<'Y'
{"name":"M","version":"1.0.0","cksum":"12 34","tables":{
 "A":{"columns":{"name":{"type":"string"},"n":{"type":"integer"},"tags":{"type":{"key":"string","min":0,"max":"unlimited"}},
   "map":{"type":{"key":"string","value":"integer","min":0,"max":"unlimited"}},"eph":{"type":"integer","ephemeral":true}},"isRoot":true},
 "B":{"columns":{"ok":{"type":"boolean"}},"isRoot":true}}}
Y
sed 's/"ok"/"yes"/' s.ovsschema >other.ovsschema
echo '{"name":"Z","tables":{}}' >z.ovsschema
ovsdb-tool create m.db s.ovsschema
ovsdb-server m.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile -vconsole:off
c() { try timeout 5 ovsdb-client "$@"; }
u=40000000-0000-0000-0000-00000000000
ovsdb-client transact "[\"M\",{\"op\":\"insert\",\"table\":\"A\",\"uuid\":\"${u}1\",\"row\":{\"name\":\"a \\\"<b>\",\"n\":1,\"eph\":5,\"tags\":[\"set\",[\"x\",\"y,z\"]],\"map\":[\"map\",[[\"k\",1],[\"l m\",2]]]}},
 {\"op\":\"insert\",\"table\":\"A\",\"uuid\":\"${u}2\",\"row\":{\"name\":\"true\"}}]"
echo "--- formats"
for options in "-f html" "--bare" "-f list --no-headings" "-f csv --no-headings -d json" "--format=json --pretty" "-f table --data=bare" "-f x" "-d x"; do c $options dump M A name tags map; done
c --no-headings list-tables M
c -f html list-columns M B
c --pretty get-schema M
c get-schema-cksum M
c dump M A nope
c dump M Nope
echo "--- schemas"
c needs-conversion s.ovsschema
c needs-conversion other.ovsschema
c needs-conversion none.ovsschema
c convert none.ovsschema
echo '{"name":"M"' >bad.ovsschema
c convert bad.ovsschema
c needs-conversion bad.ovsschema
echo "--- backup and restore"
ovsdb-client backup M >snapshot
sed -E 's/"_date":[0-9]+/"_date":0/; s/^(OVSDB JSON [0-9]+) .*/\1/' snapshot
ovsdb-client transact '["M",{"op":"delete","table":"A","where":[]},{"op":"insert","table":"B","row":{"ok":true}}]' >/dev/null
try ovsdb-client restore M <snapshot
ovsdb-client -f csv dump M A name n eph tags map
ovsdb-client -f csv dump M B ok
ovsdb-tool create other.db other.ovsschema
try ovsdb-client restore M <other.db
try ovsdb-client --force restore M <other.db
ovsdb-tool create z.db z.ovsschema
try ovsdb-client restore M <z.db
try ovsdb-client restore M </dev/null
try ovsdb-client restore M <s.ovsschema
try ovsdb-client --force restore M <snapshot
echo "--- monitors that are wrong"
c monitor M A n n
c monitor M A n tags,n
c monitor M A '!never'
c monitor M ALL n
c monitor-cond M '[' A
c monitor-cond M '[]' ALL n
c monitor-cond M '[["n","~",1]]' A
c monitor-cond M '[5]' A n
c monitor-cond M '[]' A q
c monitor-cond-since M zz '[]' A
c monitor-cond-since M ${u}1 '[' A
echo "--- monitors that are ended"
# a client that says nothing counts as seen when the server has it
seen() { if [ "$1" = nothing ]; then ovs-appctl -t ovsdb-server memory/show | grep -q sessions:1; else grep -q "$1" out; fi; }
ended() { echo "\$ $*"; ovsdb-client "$@" >out 2>err & until_true 5 seen "${want:-row}"; sleep 0.1; kill -TERM $!; wait $! 2>/dev/null; echo "-> $?"; sed -E -e 's/^[0-9-]+ [0-9:.]+$/STAMP/' -e 's/[0-9a-f]{8}-[0-9a-f-]{27}/UUID/g' -e 's/>[0-9a-f]{8}</>UUID</' out | LC_ALL=C sort; sed 's/^.*|WARN|/WARN /' err; }
ended --timestamp monitor M A name,n tags
want=A ended --timestamp -f csv --no-headings monitor M ALL
ended -f json monitor-cond M '[["n",">",0]]' A name
ended -f html monitor-cond M '[]' A 'name,!insert'
ended monitor-cond-since M ${u}1 '[["n","==",1]]' A name
want=last ended monitor-cond-since M '[false]' A n
for options in --no-db-change-aware --db-change-aware; do
  ovsdb-client $options monitor M B >out 2>err & until_true 5 seen nothing; sleep 0.1
  ovsdb-client convert other.ovsschema
  wait $!; echo "$options -> $?"; cat err
  ovsdb-client convert s.ovsschema
done
want=locked ended lock L
want=locked ended --pretty steal L
want=nothing ended unlock L
echo "--- servers"
c list-dbs unix:none,unix:"$OVS_RUNDIR/db.sock"
c list-dbs unix:none,unix:also
c list-dbs unix:none
c --leader-only list-dbs
c --db-change-aware list-dbs
c
ovs-appctl -t ovsdb-server exit
