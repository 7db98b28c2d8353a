# Where the database is: TCP, several remotes in one --db, passive ones, --no-leader-only, the database lost in between
start_db
ovs-appctl -t ovsdb-server ovsdb-server/add-remote ptcp:16640:127.0.0.1
ovs-vsctl --no-wait add-br br0
v() { try ovs-vsctl -t 10 "$@"; }
v --db=tcp:127.0.0.1:16640 list-br
v --db=tcp:localhost:16640 list-br
v --db=tcp:[127.0.0.1]:16640 list-br
v --db=tcp:127.0.0.1:1,tcp:127.0.0.1:16640 -t 20 list-br
v --db=tcp:127.0.0.1:16640,tcp:127.0.0.1:16640 list-br
v --no-shuffle-remotes --db=tcp:127.0.0.1:16640,tcp:127.0.0.1:1 -t 20 list-br
v --db="tcp:127.0.0.1:16640,unix:$OVS_RUNDIR/db.sock" -t 20 --no-wait add-br br1 -- list-br
v --db="unix:$OVS_RUNDIR/db.sock" --leader-only list-br
v --db=tcp:127.0.0.1:16640 --no-leader-only list-br
v --db=tcp:127.0.0.1:1 list-br
v --db=tcp:127.0.0.1 list-br
v --db=tcp:127.0.0.1:x list-br
v --db=tcp:127.0.0.1:99999 list-br
v --db=unix: list-br
(sleep 0.5; ovs-appctl -t ovsdb-server ovsdb-server/add-remote tcp:127.0.0.1:16642) &
v --db=ptcp:16642:127.0.0.1 -t 20 list-br
wait
ovs-appctl -t ovsdb-server ovsdb-server/remove-remote tcp:127.0.0.1:16642
(sleep 0.5; ovs-appctl -t ovsdb-server ovsdb-server/add-remote "unix:$OVS_RUNDIR/passive.sock") &
v --db="punix:$OVS_RUNDIR/passive.sock" -t 20 --no-wait set bridge br0 stp_enable=true -- get bridge br0 stp_enable
wait
