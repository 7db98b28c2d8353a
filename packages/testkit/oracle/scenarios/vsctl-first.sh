# The first command of all, on a database without a row: it counts up and waits as any other
ovsdb-tool create "$OVS_DBDIR/conf.db" "$SCHEMA"
ovsdb-server --detach --no-chdir --pidfile --log-file -vconsole:off --remote="punix:$OVS_RUNDIR/db.sock" "$OVS_DBDIR/conf.db"
ovs-vswitchd --detach --no-chdir --pidfile --log-file -vconsole:off --enable-dummy=override "unix:$OVS_RUNDIR/db.sock"
try ovs-vsctl add-br br0 -- add-port br0 p1 -- set interface p1 type=nosuch
for name in br0 p1; do try ovs-vsctl get interface $name ofport error; done
try ovs-vsctl --columns=next_cfg,cur_cfg list open
