# ovs-appctl by itself: options, targets that are not there, exit statuses.
try ovs-appctl --help
try ovs-appctl --version
try ovs-appctl --option
try ovs-appctl
try ovs-appctl list-commands
try ovs-appctl -t nope list-commands
try ovs-appctl -t "$OVS_RUNDIR/nope.ctl" list-commands
try ovs-appctl -T x list-commands
try ovs-appctl -T 0 list-commands
try ovs-appctl --timeout=-1 list-commands
try ovs-appctl --zz
try ovs-appctl --t
try ovs-appctl --tar nope --time 3 version
try ovs-appctl -q
try ovs-appctl -T
try ovs-appctl --help=x
try ovs-appctl -vbad version
try ovs-appctl -vdaemon_unix:off version
try ovs-appctl -vconsole:off -e version
echo 1 >"$OVS_RUNDIR/stale.pid"
try ovs-appctl -t stale version
: >"$OVS_RUNDIR/empty.pid"
try ovs-appctl -t empty version
