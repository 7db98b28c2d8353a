# No database, a late one, a dead daemon, time limits and exit statuses
# seconds: 15
try ovs-vsctl list-br
try ovs-vsctl --no-wait add-br br0
try ovs-vsctl --db=unix:/nowhere list-br
try ovs-vsctl --db=unix:nowhere list-br
try ovs-vsctl --db=tcp:127.0.0.1:16640 list-br
try ovs-vsctl --db=foo:bar list-br
try ovs-vsctl --db=foo list-br
try ovs-vsctl --db= list-br
try ovs-vsctl --db=tcp:127.0.0.1 show
try ovs-vsctl --db=unix:/nowhere list nosuch
try ovs-vsctl --db=unix:/nowhere list bridge nosuch
try ovs-vsctl --db=unix:/nowhere get bridge br0 nosuch
try ovs-vsctl --db=unix:/nowhere set bridge br0 nosuch=1
try ovs-vsctl --db=unix:/nowhere set bridge br0 name
try ovs-vsctl --db=unix:/nowhere find bridge nosuch
try ovs-vsctl --db=unix:/nowhere clear bridge br0 nosuch
try ovs-vsctl --db=unix:/nowhere --columns= list bridge
try ovs-vsctl --db=unix:/nowhere add-port br0 p nosuch=1
try ovs-vsctl --db=unix:/nowhere create mirror name=x
try ovs-vsctl --db=unix:/nowhere list-br -- list nosuch
try ovs-vsctl -t1 --retry list-br
try ovs-vsctl -t 1 --retry --no-wait add-br br0
OVS_CTL_TIMEOUT=1 try ovs-vsctl --retry list-br
try ovs-vsctl -t 0 list-br
try ovs-vsctl -t -1 list-br
try ovs-vsctl -t x list-br
try ovs-vsctl --timeout=1s list-br
OVS_CTL_TIMEOUT=x try ovs-vsctl list-br
OVS_CTL_TIMEOUT= try ovs-vsctl list-br
(sleep 1; start_db 2>/dev/null) &
try ovs-vsctl -t 20 --retry list-br
wait
try ovs-vsctl -t 1 add-br br0
try ovs-vsctl -t 1 set bridge br0 stp_enable=false
try ovs-vsctl -t 1 set bridge br0 stp_enable=true
try ovs-vsctl list-br -- get open . next_cfg cur_cfg -- get bridge br0 stp_enable
try ovs-vsctl --no-wait set bridge br0 stp_enable=true
try ovs-vsctl --no-wait set bridge br0 external_ids:a=1
try ovs-vsctl get open . next_cfg cur_cfg
try ovs-vsctl --dry-run --no-wait set bridge br0 external_ids:a=2 -- get bridge br0 external_ids
try ovs-vsctl get bridge br0 external_ids
try ovs-vsctl --dry-run --no-wait create queue dscp=1 | sed 's/[0-9a-f]\{8\}-[-0-9a-f]*/UUID/'
try ovs-vsctl list queue
timeout -s TERM 4 ovs-vsctl wait-until bridge never; echo "-> $?"
ovs-vsctl --no-wait comment 'a b' "it's" 'x"y' 'a\b' 'q$z' 'a;b' '{c}' '*' '' 'a,b=c:d@e' -- set bridge br0 external_ids:b=2
ovsdb-tool show-log -m "$OVS_DBDIR/conf.db" | grep -o '"ovs-vsctl.*' | sed 1d # who came first to the new database is chance
(sleep 2; stop ovsdb-server) &
try ovs-vsctl -t 10 wait-until bridge never
wait
try ovs-vsctl list-br
