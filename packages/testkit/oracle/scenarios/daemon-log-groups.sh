# How a select group came by its way to pick buckets, as the log tells it.
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure
ovs-appctl vlog/set ofproto_dpif:dbg
group() { ovs-ofctl -O OpenFlow15 "$1-group" br0 "$2"; }
group add 'group_id=1,type=select,bucket=weight:1,output:1,bucket=weight:2,output:2'
group add 'group_id=2,type=select,selection_method=dp_hash,bucket=weight:1,output:1,bucket=weight:2,output:2,bucket=weight:4,output:3'
group add 'group_id=3,type=select,selection_method=hash,fields(ip_src,ip_dst=255.255.0.0,tcp_dst),bucket=weight:1,output:1,bucket=weight:2,output:2'
group add 'group_id=4,type=select,selection_method=hash,bucket=weight:1,output:1,bucket=weight:2,output:2'
group add 'group_id=5,type=select,selection_method=dp_hash,selection_method_param=4294967303,bucket=weight:1,output:1,bucket=weight:200,output:2'
group add 'group_id=6,type=select,bucket=weight:1,output:1,bucket=weight:100,output:2'
group add 'group_id=11,type=select,bucket=weight:1,output:1,bucket=weight:256,output:2'
group add 'group_id=7,type=select,bucket=weight:0,output:1,bucket=weight:0,output:2'
group add 'group_id=8,type=select,bucket=weight:3,output:1,bucket=weight:100,output:2,bucket=weight:0,actions=drop'
group add 'group_id=9,type=all,bucket=output:2'
group add 'group_id=10,type=select'
group mod 'group_id=1,type=select,bucket=weight:5,output:1'
grep 'ofproto_dpif|DBG' "$OVS_LOGDIR/ovs-vswitchd.log" | cut -d'|' -f3-
