# What ovsdb-client monitor and monitor-cond print while rows come, change and go, in each format.
cat > s.ovsschema <<'Y'
{"name":"M","version":"1.0.0","tables":{
 "A":{"columns":{"name":{"type":"string"},"n":{"type":"integer"},"tags":{"type":{"key":"string","min":0,"max":"unlimited"}},
   "opt":{"type":{"key":"real","min":0,"max":1}},"map":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"}}},"isRoot":true},
 "B":{"columns":{"ok":{"type":"boolean"}},"isRoot":true}}}
Y
ovsdb-tool create m.db s.ovsschema
ovsdb-server m.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile -vconsole:off \
  -vjsonrpc:file:dbg --log-file >/dev/null 2>&1
tx() { ovsdb-client transact "[\"M\",$*]"; sleep 0.2; }
u=40000000-0000-0000-0000-00000000000
pids=
w=0
watch() { w=$((w + 1)); echo "$*" >"w$w.name"; ovsdb-client "$@" >"w$w.out" 2>"w$w.err" & pids="$pids $!"; }
tx "{\"op\":\"insert\",\"table\":\"A\",\"uuid\":\"${u}1\",\"row\":{\"name\":\"first\",\"n\":1,\"opt\":0.5}}"
watch monitor M A
watch monitor M A name tags
watch monitor M ALL
watch -f json monitor M A name,n '!initial'
watch -f csv monitor M A name '!modify' n,tags '!insert,!delete'
watch -f list -d bare monitor M A name map
watch monitor-cond M '[["n",">",2]]' A name,n
watch monitor-cond M '[["n",">",2],["name","==","first"]]' A
watch monitor-cond-since M '[["tags","includes","x"]]' A name,tags
# (two of them are refused)
subscribed() { [ "$(grep -c 'received request, method="monitor' "$OVS_LOGDIR/ovsdb-server.log")" = $((w - 2)) ]; }
until_true 60 subscribed
tx "{\"op\":\"insert\",\"table\":\"A\",\"uuid\":\"${u}2\",\"row\":{\"name\":\"two words\",\"n\":2,\"tags\":[\"set\",[\"x\",\"y\"]],\"map\":[\"map\",[[\"k\",\"v\"]]]}}"
tx "{\"op\":\"update\",\"table\":\"A\",\"where\":[[\"n\",\"==\",2]],\"row\":{\"n\":3,\"tags\":[\"set\",[\"y\",\"z\"]]}}"
tx "{\"op\":\"mutate\",\"table\":\"A\",\"where\":[],\"mutations\":[[\"map\",\"insert\",[\"map\",[[\"k\",\"w\"],[\"l\",\"\"]]]],[\"tags\",\"insert\",\"x\"]]}"
tx "{\"op\":\"update\",\"table\":\"A\",\"where\":[[\"n\",\"==\",1]],\"row\":{\"opt\":[\"set\",[]]}}"
tx "{\"op\":\"update\",\"table\":\"A\",\"where\":[[\"n\",\"==\",1]],\"row\":{\"n\":1}}"
tx "{\"op\":\"insert\",\"table\":\"B\",\"uuid\":\"${u}3\",\"row\":{}}","{\"op\":\"update\",\"table\":\"B\",\"where\":[],\"row\":{\"ok\":true}}"
tx "{\"op\":\"insert\",\"table\":\"B\",\"uuid\":\"${u}4\",\"row\":{}}","{\"op\":\"delete\",\"table\":\"B\",\"where\":[]}"
tx "{\"op\":\"update\",\"table\":\"A\",\"where\":[],\"row\":{\"n\":5}}","{\"op\":\"delete\",\"table\":\"A\",\"where\":[[\"name\",\"==\",\"first\"]]}"
tx "{\"op\":\"delete\",\"table\":\"A\",\"where\":[]}"
told_of_all() { [ "$(grep -c delete w*.out | tr '\n' ' ')" = "w1.out:2 w2.out:2 w3.out:3 w4.out:0 w5.out:0 w6.out:2 w7.out:1 w8.out:2 w9.out:3 " ]; }
until_true 60 told_of_all
kill $pids 2>/dev/null
wait
for i in $(seq $w); do echo "== $(cat w$i.name)"; cat w$i.out; sed 's/^.*|WARN|/WARN /' w$i.err; done
