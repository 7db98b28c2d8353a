# What ovs-vsctl does beyond the original: plan, history, undo and --json, on a real database.
start_db
v() { ovs-vsctl --no-wait "$@"; }
shows "a plan names what would come" '^\+ Bridge "br0"' v plan add-br br0 -- add-port br0 p1 tag=5
holds "a plan sends nothing" test -z "$(v list-br)"
v add-br br0 -- add-port br0 p1 tag=5 -- set bridge br0 other_config:a=b
shows "a plan names what would go with a port" '^- Interface "p1"' v plan del-port p1
shows "a plan shows the old and the new value" 'tag: 5 -> 7' v plan set port p1 tag=7
shows "a plan that changes nothing says so" '^no changes$' v plan --may-exist add-br br0
fails "a plan refuses what the command would refuse" 1 'no bridge named br9' v plan add-port br9 p7
v set port p1 tag=6
shows "the history says what was done" 'ovs-vsctl --no-wait set port p1 tag=6' v history 1
shows "the history shows the change" 'tag: 5 -> 6' v history 1
shows "undo takes the last change back" 'undid' v undo
shows "the old value stands again" '^5$' v get port p1 tag
shows "undoing an undo does it again" 'undid' v undo
shows "the new value stands again" '^6$' v get port p1 tag
uuid=$(v get port p1 _uuid)
v del-port p1
v add-port br0 p2
fails "a change that others built on is refused" 1 'Port "p1" has been deleted since' v undo 3
number=$(v history | grep del-port | cut -d' ' -f1)
holds "a deletion is undone past later edits elsewhere" v undo "$number"
shows "the row is the same one" "$uuid" v get port p1 _uuid
shows "later edits stay" 'p2' v list-ports br0
fails "no such change" 1 'the log has no change 999' v undo 999
fails "a number is wanted" 1 'not a number' v undo x
shows "--json: names" '"result":\["br0"\]' v --json list-br
shows "--json: values with their types" '"result":\[6,\[\],"p1",\{\}\]' v --json get port p1 tag trunks name other_config
shows "--json: rows as objects" '\{"name":"p1","tag":6\}' v --json --columns=name,tag find port name=p1
shows "--json: a plan" '"change":"delete"' v --json plan del-br br0
shows "--json: the history" '"what":"ovs-vsctl --no-wait add-port br0 p2"' v --json history
ovs-appctl -t ovsdb-server ovsdb-server/compact
fails "what a compaction swallowed cannot be undone" 1 'compacted' v undo 1
fails "--strict-exit: a switch that is late" 65 'Alarm clock' ovs-vsctl --strict-exit -t 1 add-port br0 late
shows "which is in the database all the same" '^late$' v list-ports br0
fails "on a terminal: which database is waited for" 142 'waiting for the database at unix:/nowhere' \
  script -qec "ovs-vsctl --retry -t 3 --db=unix:/nowhere list-br" /dev/null
