# groups and meters by ovs-ofctl: add, change, delete, dumps, errors
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy protocols=OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15
for i in 1 2 3; do ovs-vsctl add-port br0 eth$i -- set interface eth$i type=dummy ofport_request=$i; done
g() { echo "> $*"; ovs-ofctl -vconsole:off "$@" 2>&1 | grep -v '^0000'; }
D() { for v in 10 13 15; do ovs-ofctl -O OpenFlow$v dump-groups br0 "$@" | sort; done; }
g -O OpenFlow13 add-group br0 group_id=1,type=all,bucket=output:2,bucket=actions=output:3
g -O OpenFlow13 add-group br0 group_id=2,type=select,bucket=weight:10,output:2,bucket=bucket_id=5,weight:20,watch_port=1,actions=output:3,mod_dl_src:00:00:00:00:00:01
g -O OpenFlow13 add-group br0 group_id=3,type=ff,bucket=watch_port:1,actions=output:2,bucket=watch_group:1,output:3
g -O OpenFlow15 add-group br0 group_id=4,type=select,selection_method=hash,fields=ip_dst,selection_method_param=5,bucket=output:2
g -O OpenFlow15 add-group br0 'group_id=5,type=select,selection_method=hash,fields(ip_dst=255.255.255.0,ip_src),bucket=output:2'
g -O OpenFlow13 add-group br0 group_id=6,type=indirect,bucket=output:eth1
D
ovs-ofctl -O OpenFlow15 dump-groups br0 1
ovs-ofctl -O OpenFlow13 --names dump-groups br0 | sort
ovs-ofctl -O OpenFlow13 dump-group-stats br0 1
ovs-ofctl -O OpenFlow13 dump-group-features br0
while IFS= read -r line; do g -O OpenFlow15 add-group br0 "$line"; done <<'END'
group_id=x
type=all
group_id=9
group_id=9,type=foo
group_id=9,type=all,bucket=foo
group_id=9,type=all,foo=1
group_id=9,type=ff,bucket=output:1
group_id=9,type=indirect,bucket=output:1,bucket=output:2
group_id=9,type=all,bucket=weight:1,output:1
group_id=4294967295,type=all
group_id=9,type=all,bucket=
group_id=1,type=all
group_id=9,type=select,bucket=weight:x,output:1
group_id=9,type=all,bucket=goto_table:1
group_id=9,type=all,bucket=watch_port=foo,output:1
foo
group_id=9,type=all,bucket=bucket_id:4294967295,output:1
group_id=9,type=select,selection_method=aaaaaaaaaaaaaaaa,bucket=output:1
group_id=9,type=all,fields(ip_dst)
group_id=9,type=all,command_bucket_id=first,bucket=output:1
END
g -O OpenFlow15 insert-buckets br0 group_id=1,command_bucket_id=last,bucket=bucket_id:9,output:1
g -O OpenFlow15 remove-buckets br0 group_id=1,command_bucket_id=first
g -O OpenFlow15 insert-buckets br0 group_id=2,bucket=output:1
g -O OpenFlow13 insert-buckets br0 group_id=1,command_bucket_id=last,bucket=output:1
ovs-ofctl -O OpenFlow15 dump-groups br0 1
g -O OpenFlow13 mod-group br0 group_id=9,type=all,bucket=output:1
g -O OpenFlow13 mod-group br0 group_id=1,type=all,bucket=output:3
g -O OpenFlow13 --may-create mod-group br0 group_id=9,type=all,bucket=output:1
g -O OpenFlow13 del-groups br0 group_id=9
g -O OpenFlow13 del-groups br0 9
g -O OpenFlow13 del-groups br0 group_id=1,type=all
g add-group br0 group_id=1,type=all
printf 'group_id=20,type=all,bucket=output:1\n# comment\ngroup_id=21,type=all,bucket=output:2\n' >groups
g -O OpenFlow13 add-groups br0 groups
D 2>&1
g -O OpenFlow13 del-groups br0
D
