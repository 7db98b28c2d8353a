# What a run leaves in log files and the database's log
start_db
stamp() { sed -E 's/^[^|]*\|//; s/\(pid [0-9]+\)/(pid N)/; s/invoked by [^)]*/invoked by X/'; }
F=$WORK/vsctl.log
try ovs-vsctl --no-wait --log-file="$F" add-br br0
stamp <"$F" | sed "s|$WORK|WORK|g"; rm -f "$F"
try ovs-vsctl --no-wait --log-file="$F" list-br
stamp <"$F" | sed "s|$WORK|WORK|g"; rm -f "$F"
try ovs-vsctl --no-wait --log-file="$F" -vvsctl:file:dbg list-br
stamp <"$F" | sed "s|$WORK|WORK|g"; rm -f "$F"
try ovs-vsctl --no-wait --log-file="$F" set bridge br0 'external_ids:a="x y"' external_ids:b="it's" -- comment 'two words' '' '\'
stamp <"$F" | sed "s|$WORK|WORK|g"; rm -f "$F"
try ovs-vsctl --no-wait --log-file add-br br1
stamp <"$OVS_LOGDIR/ovs-vsctl.log" | sed "s|$OVS_LOGDIR|LOGDIR|g"
try ovs-vsctl --no-wait --log-file=/nowhere/x add-br br2
try ovs-vsctl --no-wait -vvsctl:console:info add-br br3 2>&1 | stamp
try ovs-vsctl --no-wait -vvsctl:info --no-syslog add-br br4 2>&1 | stamp
try ovs-vsctl --no-wait -vPATTERN:console:'%p %c %m' -vvsctl:console:info add-br br5
try ovs-vsctl --no-wait -voff nosuch
try ovs-vsctl --no-wait -v2 list-br
try ovs-vsctl --no-wait -vany:console:warn list-br
try ovs-vsctl --no-wait -vnosuchmodule:dbg list-br
ovs-vsctl --no-wait init
ovs-vsctl --no-wait del-br br1 -- comment removing br1
ovs-vsctl --no-wait --dry-run del-br br2
ovsdb-tool show-log "$OVS_DBDIR/conf.db" | sed -E 's/^record ([0-9]+): [-0-9: .]+/record \1: T /; s/invoked by [^)]*/invoked by X/'
