# ovs-vsctl when the database is absent or slow: connection methods, --retry with a time limit, closed sockets
v() { try ovs-vsctl "$@" 2>&1 | sed -E 's/^.*\|fatal_signal/|fatal_signal/'; }
v list-br
v --db=unix:none list-br
v --db=tcp:127.0.0.1:9 list-br
v --db=tcp:127.0.0.1: list-br
v --db=nope list-br
v --db=nope:1 list-br
v --db= list-br
v --db=ssl:127.0.0.1:9 list-br
v --db=tcp:nohost.invalid:9 list-br
v -t1 --retry list-br
v -t1 --retry --db=unix:none list-br
v --timeout=0 list-br
OVS_CTL_TIMEOUT=1 v --retry list-br
v list-br nope
v nope
start_db
v -t1 add-br br0
v -t1 --no-wait add-br br1
v list-br
