# Many clients and large transactions: nobody waits for them but who uses the same rows, and nobody misses a row.
# seconds: 30
ovsdb-tool create load.db "$SCHEMA"
ovsdb-server --detach --no-chdir --pidfile --log-file -vconsole:off --remote="punix:$OVS_RUNDIR/db.sock" load.db
timeout 300 node "$ROOT/packages/testkit/ovsdb/load.mjs" "$OVS_RUNDIR/db.sock" "$OVS_LOGDIR/ovsdb-server.log" || failures=1
shows "the server serves on" '"count":65000' ovsdb-client transact "unix:$OVS_RUNDIR/db.sock" \
  '["Open_vSwitch",{"op":"delete","table":"Queue","where":[]}]'
stop ovsdb-server
