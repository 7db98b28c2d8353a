# Debian's python3-openvswitch IDL and python3-ovsdbapp as clients of our database server.
# seconds: 20
start_switch
step() { timeout 30 /usr/bin/python3 "$ROOT/packages/testkit/scenarios/ovsdb-python.py" "$1"; }
holds "the IDL inserts, modifies, verifies and deletes" step idl_writes
holds "its conditional monitors show what they should" step idl_conditions
holds "its locks keep writers apart" step idl_locks
holds "it loses nothing by new connections" step idl_reconnects
stop ovs-vswitchd
export RESTART='. "$ORACLE/prelude.sh"; stop ovsdb-server; ovsdb-server --detach --no-chdir --pidfile --log-file -vconsole:off --remote="punix:$OVS_RUNDIR/db.sock" "$OVS_DBDIR/conf.db"'
ovs-vsctl --no-wait emer-reset
ovs-vsctl --no-wait -- --if-exists del-br one $(for b in $(ovs-vsctl --no-wait list-br); do echo "-- del-br $b"; done)
holds "nor by a new server" step idl_restart
ovs-vsctl --no-wait $(for b in $(ovs-vsctl --no-wait list-br); do echo "-- del-br $b"; done)
ovs-vswitchd --detach --no-chdir --pidfile --log-file -vconsole:off --enable-dummy=override "unix:$OVS_RUNDIR/db.sock"
holds "ovsdbapp configures a switch" step ovsdbapp
