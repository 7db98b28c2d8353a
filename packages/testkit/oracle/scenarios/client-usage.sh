# ovsdb-client: help, options, arity of every command
start_db
ovsdb-client --help
try ovsdb-client -V
try ovsdb-client help x | head -2
for c in list-dbs get-schema get-schema-version get-schema-cksum list-tables list-columns transact query monitor-cond \
  wait convert needs-conversion backup restore lock steal unlock; do
  try ovsdb-client $c unix:"$OVS_RUNDIR/db.sock" Open_vSwitch 1 2 3 4
done
for c in transact query monitor monitor-cond monitor-cond-since wait convert needs-conversion lock steal unlock; do try ovsdb-client $c; done
try ovsdb-client --timeout=0 list-dbs
try ovsdb-client --timeout=x list-dbs
try ovsdb-client -t3 list-dbs
try ovsdb-client --time=3 list-dbs
try ovsdb-client -vzz list-dbs
try ovsdb-client --format
try ovsdb-client list-commands
try ovsdb-client list-dbs Open_vSwitch
try ovsdb-client get-schema-version unix:"$OVS_RUNDIR/db.sock" nope
try ovsdb-client list-tables tcp:127.0.0.1:1
try ovsdb-client list-tables ssl:127.0.0.1:1
