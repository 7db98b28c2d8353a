# Active-backup replication: a backup that follows, its tables left out, its switch to active and back, and what its commands say.
# seconds: 15
cat > s.ovsschema <<'S'
{"name":"J","version":"1.0.0","tables":{
 "A":{"columns":{"name":{"type":"string"},"n":{"type":"integer"},"b":{"type":{"key":{"type":"uuid","refTable":"B"},"min":0,"max":"unlimited"}},
   "tags":{"type":{"key":"string","min":0,"max":"unlimited"}},"map":{"type":{"key":"string","value":"integer","min":0,"max":"unlimited"}}},"isRoot":true},
 "B":{"columns":{"v":{"type":"integer"}}},
 "Own":{"columns":{"n":{"type":"integer"}},"isRoot":true}}}
S
sed 's/"J"/"K"/' s.ovsschema >k.ovsschema
for db in active backup; do ovsdb-tool create $db.db s.ovsschema; ovsdb-tool create $db-k.db k.ovsschema; done
active="unix:$OVS_RUNDIR/active.sock" backup="unix:$OVS_RUNDIR/backup.sock"
serve() { local name=$1; shift; ovsdb-server --detach --no-chdir --pidfile=$name.pid --unixctl="$OVS_RUNDIR/$name.ctl" --log-file=$name.log -vconsole:off --remote=punix:"$OVS_RUNDIR/$name.sock" "$@"; }
end() { local pid; pid=$(cat "$OVS_RUNDIR/$1.pid"); ovs-appctl -t "$OVS_RUNDIR/$1.ctl" exit; until_true 10 gone "$pid"; }
tx() { ovsdb-client transact "$1" "[\"${3-J}\",$2]" 2>&1; }
on() { ovs-appctl -t "$OVS_RUNDIR/$1.ctl" "ovsdb-server/$2" "${@:3}" 2>&1; echo "-> $?"; }
rows() { ovsdb-client -f csv dump "$1" J "${@:2}" 2>&1 | sort; }
same_rows() { [ "$(rows "$active" A)" = "$(rows "$backup" A)" ]; }
log_of() { sed -E -e 's/^[^|]*\|[0-9]*\|//' -e '/^memory/d' "$1.log" | tail -n +$((${2-0} + 1)); }
serve active active.db active-k.db
tx "$active" '{"op":"insert","table":"A","row":{"name":"one","n":1,"b":["named-uuid","b"],"tags":["set",["x","y"]]}},{"op":"insert","table":"B","uuid-name":"b","row":{"v":1}},{"op":"insert","table":"Own","row":{"n":1}}' >/dev/null
echo "# before anything"
on active sync-status
on active get-active-ovsdb-server
on active get-sync-exclude-tables
on active set-sync-exclude-tables J:Z
on active set-sync-exclude-tables Z:A
on active set-sync-exclude-tables bogus
on active set-active-ovsdb-server-probe-interval x
on active set-active-ovsdb-server-probe-interval 1000
on active connect-active-ovsdb-server
on active disconnect-active-ovsdb-server
on active sync-status
echo "# wrong starts"
for args in "--sync-exclude-tables=J:Z" "--sync-exclude-tables=bogus" "--active" "--sync-from=bogus --run=true" "--sync-exclude-tables=J:A"; do
  echo "$args"; timeout 5 ovsdb-server backup.db $args --run=true 2>&1 | sed 's/^[^|]*|[0-9]*|//'
done
echo "# a backup"
serve backup backup.db backup-k.db --sync-from="$active" --sync-exclude-tables=J:Own
until_true 10 same_rows
rows "$backup" A name n tags
rows "$backup" B v
rows "$backup" Own
on backup sync-status
on backup get-active-ovsdb-server
on backup get-sync-exclude-tables
tx "$backup" '{"op":"insert","table":"A","row":{"name":"no"}}'
tx "$backup" '{"op":"select","table":"A","where":[],"columns":["name"]}'
echo "# it follows"
tx "$active" '{"op":"insert","table":"A","row":{"name":"two","n":2,"map":["map",[["k",1],["l",2]]]}},{"op":"update","table":"A","where":[["name","==","one"]],"row":{"n":5,"tags":["set",["y","z"]]}}' >/dev/null
until_true 10 same_rows
tx "$active" '{"op":"mutate","table":"A","where":[["name","==","two"]],"mutations":[["map","delete",["set",["k"]]],["map","insert",["map",[["m",3]]]]]},{"op":"update","table":"A","where":[["name","==","one"]],"row":{"b":["set",[]]}}' >/dev/null
until_true 10 same_rows
tx "$active" '{"op":"insert","table":"A","row":{"name":"in k"}}' K >/dev/null
rows "$backup" A name n tags map
rows "$backup" B v
sleep 0.3
ovsdb-client -f csv dump "$backup" K A name
echo "# it becomes active, and writable"
on backup disconnect-active-ovsdb-server
on backup sync-status
tx "$backup" '{"op":"insert","table":"A","row":{"name":"own","n":9}},{"op":"insert","table":"Own","row":{"n":9}}' >/dev/null
rows "$backup" A name n
echo "# and a backup again: what the active has not is gone"
on backup connect-active-ovsdb-server
until_true 10 same_rows
rows "$backup" A name n
rows "$backup" Own n
on backup sync-status
echo "# other tables left out"
on backup set-sync-exclude-tables J:A,K:A
on backup get-sync-exclude-tables
sleep 0.5
tx "$active" '{"op":"insert","table":"A","row":{"name":"three","n":3}}' >/dev/null
sleep 0.5
rows "$backup" A name n
rows "$backup" Own n
on backup sync-status
on backup set-sync-exclude-tables J:Z
on backup set-sync-exclude-tables bogus
on backup set-sync-exclude-tables Z:A
on backup get-sync-exclude-tables
on backup set-sync-exclude-tables ''
on backup get-sync-exclude-tables
until_true 10 same_rows
echo "# the active goes and comes"
n=$(wc -l <backup.log)
end active
sleep 0.5
on backup sync-status
rows "$backup" A name n
serve active active.db active-k.db
reconnected() { tail -n +$((n + 1)) backup.log | grep -q ' connected$\|: connected$'; }
until_true 10 reconnected
tx "$active" '{"op":"delete","table":"A","where":[["name","==","three"]]}' >/dev/null
until_true 10 same_rows
on backup sync-status
echo "# another active; the file has it all"
on backup set-active-ovsdb-server unix:nowhere.sock
on backup get-active-ovsdb-server
on backup set-active-ovsdb-server "$backup"
on backup connect-active-ovsdb-server
sleep 0.5
on backup sync-status
on backup disconnect-active-ovsdb-server
on backup list-dbs
end backup
ovsdb-tool query backup.db '["J",{"op":"select","table":"A","where":[],"columns":["name","n","tags","map"],"sort":["name"]}]'
serve backup backup.db --sync-from="$active" --active
on backup sync-status
tx "$backup" '{"op":"insert","table":"Own","row":{"n":7}}' >/dev/null
on backup connect-active-ovsdb-server
until_true 10 same_rows
on backup sync-status
end backup
end active
