# ovs-vsctl --oneline, --dry-run, --pretty, several commands, output in order and none after a fault
start_db
v() { try ovs-vsctl --no-wait "$@"; }
v --oneline add-br br0 -- add-port br0 p1 -- list-ports br0 -- list-br
v --oneline set bridge br0 external_ids:a='"x\\y"' -- get bridge br0 external_ids name
v --oneline list-ifaces br0 -- br-exists br0 -- get port p1 name tag
v --oneline --columns=name list bridge -- list-br
v --dry-run add-br br1 -- list-br
v list-br
v --dry-run --oneline create queue
v --dry-run del-br nope
v list-br -- get bridge br0 nope -- list-br
v list-br -- br-exists nope
v -- list-br -- -- list-br
v --pretty -f json --columns=name,ports list bridge
v --pretty list-br
v -f table --columns=name,tag list port p1 br0
v --columns=name,tag -- -f csv list port p1
v comment a b c -- list-br
