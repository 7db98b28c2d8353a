# The log file: records, comments, compaction, torn and damaged tails, files of another kind, locks, restarts.
cat > s.ovsschema <<'Y'
{"name":"L","version":"1.0.0","cksum":"1 2","tables":{
 "A":{"columns":{"name":{"type":"string"},"n":{"type":"integer"},"tags":{"type":{"key":"string","min":0,"max":"unlimited"}},
   "e":{"type":"integer","ephemeral":true}},"isRoot":true}}}
Y
u=50000000-0000-0000-0000-00000000000
up() { ovsdb-server "$1" --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile -vconsole:warn 2>&1; echo "-> $?"; }
tx() { ovsdb-client transact "[\"L\",$*]"; }
records() { grep -a -v '^OVSDB' "$1" | sed -E 's/"_date":[0-9]+/"_date":D/'; }
ovsdb-tool create l.db s.ovsschema
stat -c '%a' l.db
up l.db
tx "{\"op\":\"insert\",\"table\":\"A\",\"uuid\":\"${u}1\",\"row\":{\"name\":\"one\",\"tags\":[\"set\",[\"a\",\"b\"]],\"e\":7}}"
tx "{\"op\":\"comment\",\"comment\":\"first\"},{\"op\":\"update\",\"table\":\"A\",\"where\":[],\"row\":{\"tags\":[\"set\",[\"b\",\"c\"]]}},{\"op\":\"comment\",\"comment\":\"second\"}"
tx "{\"op\":\"update\",\"table\":\"A\",\"where\":[],\"row\":{\"e\":8}},{\"op\":\"comment\",\"comment\":\"kept nowhere\"}"
tx "{\"op\":\"comment\",\"comment\":\"nothing changes\"}"
tx "{\"op\":\"insert\",\"table\":\"A\",\"uuid\":\"${u}2\",\"row\":{\"name\":\"two\",\"n\":-4}},{\"op\":\"commit\",\"durable\":true}"
tx "{\"op\":\"delete\",\"table\":\"A\",\"where\":[[\"name\",\"==\",\"two\"]]}"
records l.db
try timeout 3 ovsdb-server l.db --unixctl="$OVS_RUNDIR/x.ctl" -vconsole:off
try ovsdb-tool transact l.db '["L"]' -vconsole:off
ovs-appctl -t ovsdb-server ovsdb-server/compact
records l.db
tx "{\"op\":\"update\",\"table\":\"A\",\"where\":[],\"row\":{\"name\":\"after\"}}"
kill -9 "$(cat "$OVS_RUNDIR/ovsdb-server.pid")"
sleep 0.3
up l.db
ovsdb-client dump L
stop ovsdb-server
for damage in 'printf "OVSDB JSON 100 abc"' 'printf "garbage\n"' 'printf "OVSDB JSON 5 0000000000000000000000000000000000000000\nabcd\n"' \
  'printf "OVSDB JSON 5 1"' 'head -c 40 l.db' 'printf "\n"'; do
  cp l.db d.db
  eval "$damage" >>d.db
  echo "== $damage"
  up d.db
  ovsdb-client --no-headings dump L A name
  tx "{\"op\":\"update\",\"table\":\"A\",\"where\":[],\"row\":{\"name\":\"mended\"}}"
  stop ovsdb-server
  ovsdb-tool show-log d.db | sed -E 's/[0-9-]{10} [0-9:.]{12}/DATE/'
done
cp l.db d.db
truncate -s -3 d.db
up d.db
ovsdb-client --no-headings dump L A name
stop ovsdb-server
for rows in '{"A":{"'$u'9":null}}' '{"A":{"'$u'9":{"zz":1}}}' '{"Z":{}}' '{"A":{"'$u'9":{"n":"x"}}}' '{"A":{"bad":{}}}' '{"A":5}'; do
  cp l.db d.db
  python3 -c 'import hashlib, sys
text = sys.argv[1].encode() + b"\n"
open("d.db", "ab").write(b"OVSDB JSON %d %s\n" % (len(text), hashlib.sha1(text).hexdigest().encode()) + text)' "$rows"
  echo "== $rows"
  up d.db
  ovsdb-client --no-headings dump L A name
  stop ovsdb-server
done
echo hello >t.db
: >e.db
try timeout 3 ovsdb-server t.db
try timeout 3 ovsdb-server e.db
try timeout 3 ovsdb-server none.db
try timeout 3 ovsdb-server l.db l.db
try timeout 3 ovsdb-server l.db --remote=db:X,Y,Z
try timeout 3 ovsdb-server l.db --remote=db:L,Y,Z
try timeout 3 ovsdb-server l.db --remote=db:L,A,Z
try timeout 3 ovsdb-server l.db --remote=db:L,A,n
try timeout 3 ovsdb-server l.db --remote=db:L
try ovsdb-tool query t.db '["L"]'
try ovsdb-tool show-log e.db
