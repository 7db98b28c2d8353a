# Groups in text: types, buckets, selection methods, and what is wrong with them.
g() { echo "> $*"; ovs-ofctl -vconsole:off "$@" 2>&1; }
while IFS= read -r group; do g parse-group "$group"; done <<'END'
group_id=1,type=all,bucket=actions=output:1,bucket=bucket_id:5,actions=2
group_id=1,type=select,selection_method=hash,fields(eth_dst,ip_dst=255.255.255.0),selection_method_param=5,bucket=weight:5,watch_port:1,watch_group:2,actions=1
group_id=1,type=select,selection_method=foo,bucket=1
group_id=1,type=all,selection_method=hash,bucket=1
group_id=1,type=indirect,bucket=1,bucket=2
group_id=1,type=ff,bucket=watch_port:1,actions=1,bucket=watch_group=3,2
group_id=1,type=fast_failover,bucket=1
group_id=1,type=foo,bucket=1
group_id=1
type=all,bucket=1
group_id=0xffffff01,type=all,bucket=1
group_id=1,type=all,foo=1
group_id=1,type=all,bucket=foo:1
group_id=1,type=all,bucket=weight:1,actions=1
group_id=1,type=all,bucket=bucket_id:1,actions=1,bucket=bucket_id:1,actions=2
group_id=1,type=all,bucket=bucket_id:0xffffff01,actions=1
group_id=1,type=all,command_bucket_id=5,bucket=1
group_id=1,type=all,bucket=watch_port:foo,actions=1
group_id=1,type=all,bucket=actions=write_actions(1)
group_id=1,type=select,fields=eth_dst,bucket=1
group_id=1,type=select,selection_method=hash,fields=foo,bucket=1
END
g -O OpenFlow11 parse-group 'group_id=1,type=all,bucket=bucket_id:5,actions=2'
