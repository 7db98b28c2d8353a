# ovs-vsctl: the comments it leaves in the database's log: caller, words with spaces and quotes, dry runs
start_db
c() { bash -c '"$@"; true' caller ovs-vsctl --no-wait "$@"; }
c add-br br0
c add-port br0 'p 1'
c set bridge br0 external_ids:a='"x y"' other_config:b='c\d'
c comment "it's"
c comment "two words" three -- set bridge br0 external_ids:q=r
c --dry-run add-br br9
c list-br
c --oneline -t5 set bridge br0 external_ids:z="a	b"
c set bridge br0 external_ids:z='$HOME;`x`'
ovsdb-tool show-log "$OVS_DBDIR/conf.db" | sed -E 's/[0-9-]{10} [0-9:.]{12}/DATE/'
