# What ovs-vsctl leaves in its log file: connections, attempts, what ended the run, options that come after the file
start_db
log() { cat "$WORK/log" 2>&1; rm -f "$WORK/log"; }
v() { try ovs-vsctl --no-wait --log-file="$WORK/log" "$@" 2>&1 | sed -E 's/^.*\|fatal_signal/|fatal_signal/'; log; }
v -vfile:info list-br
v -vfile:info --db=tcp:127.0.0.1:1 list-br
v --db=unix:nope list-br
v -t 4 -vfile:info --retry --db=unix:nope list-br
v -t 4 -vfile:info --db=ptcp:x list-br
(until_true 5 test -S "$OVS_RUNDIR/late.sock"; sleep 0.2; ovs-appctl -t ovsdb-server ovsdb-server/add-remote "unix:$OVS_RUNDIR/late.sock") &
v -t 10 -vfile:info --db="punix:$OVS_RUNDIR/late.sock" list-br
v nope
v get bridge nope name
v add-br a -- add-br a
v -f nope
v set bridge
v -vfile:off -- set bridge
v -vpattern:file:%m%n -- list nope
v --nope
v -t x list-br
v create Queue dscp=99
v -vreconnect:file:info -vvsctl:file:dbg -vconsole:off list-br
