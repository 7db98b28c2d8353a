# create and destroy: --id in each form, references before and after, what is refused
start_db
ovs-vsctl --no-wait add-br br0 -- add-port br0 p0
uuids() { sed -E 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/UUID/g'; }
v() { try ovs-vsctl --no-wait "$@" 2>&1 | uuids; }
v create qos type=a
v create queue dscp=64
v create nosuch a=b
v create queue nosuch=b
v create queue
v create bridge name=x
v create mirror name=m
v -- --id=@m create mirror name=m
v -- --id=@m create mirror name=m -- set bridge br0 mirrors=@m
v -- --id=@m create mirror name=m2 -- add bridge br0 mirrors @m
v -- set bridge br0 mirrors=@x -- --id=@x create mirror name=m3
v -- --id=m create mirror name=m
v -- --id=@m create mirror name=m -- --id=@m create mirror name=m
v -- set bridge br0 mirrors=@m
v -- --id=@p get port p0 -- --id=@m create mirror name=mm select_src_port=@p -- set bridge br0 mirrors=@m
try ovs-vsctl --columns=name find mirror
v -- --id=@p get port p0 -- --id=@p get port br0
v -- set bridge br0 mirrors=@p -- --id=@p get port p0
v -- --if-exists --id=@p get port p0
v -- --id=p get port p0
v -- --id=@q create queue dscp=1 -- --id=@o create qos type=linux-htb queues:1=@q queues:2=@q -- set port p0 qos=@o
v -- --id=@q create queue dscp=2 -- --id=@o create qos type=x queues=0=@q,3=@r -- --id=@r create queue dscp=3 -- set port p0 qos=@o
try ovs-vsctl --columns=dscp find queue 'dscp>1' | sort
v --id=12345678-1234-4234-8234-123456789abc create queue dscp=9
v get queue 12345678-1234-4234-8234-123456789abc dscp
v get queue 12345678 dscp
v get queue 1234 dscp
v get queue 123 dscp
v --id=12345678-1234-4234-8234-123456789abc create queue dscp=9
v --id=12345678-1234-4234-8234-123456789ab create queue dscp=9
v --id= create queue dscp=9
v --id=@ create queue dscp=9
v destroy queue 12345678 -- get queue 12345678 dscp
v destroy queue 12345678-1234-4234-8234-123456789abc
v --if-exists destroy queue 12345678-1234-4234-8234-123456789abc nosuch
v destroy queue nosuch
v destroy queue
v --all destroy queue nosuch
v --all --if-exists destroy queue
v --all destroy qos -- --all destroy queue
v clear port p0 qos -- --all destroy qos -- --all destroy queue -- list qos -- list queue
v destroy bridge br0
v destroy port p0
try ovs-vsctl list-ports br0
v --all destroy mirror
v -- --id=@i create interface name=i1 -- --id=@p create port name=p1 interfaces=@i -- add bridge br0 ports @p
try ovs-vsctl list-ports br0 -- get interface i1 type name
v -- --id=@i create interface name=i2 -- --id=@p create port name=p2 interfaces=@i
v -- --id=@p create port name=p3 -- add bridge br0 ports @p
v -- --id=@b create bridge name=br9 -- add open . bridges @b -- get bridge br9 name
try ovs-vsctl list-br
v --id=@c create controller target=tcp:1.2.3.4 connection_mode=x -- set bridge br0 controller=@c
v --id=@c create controller target='"tcp:1.2.3.4:6653"' connection_mode=in-band -- --id=@d create controller target='"tcp:1.2.3.5:6653"' -- set bridge br0 controller=@c,@d
try ovs-vsctl get-controller br0
v list controller br0
v set controller br0 max_backoff=2000
v --id=@f create Flow_Table name=t -- set bridge br0 flow_tables:1=@f flow_tables:254=@f
v --id=@f create Flow_Table name=t -- set bridge br0 flow_tables:255=@f
v get flow_table t name -- get bridge br0 flow_tables
v --id=@s create Flow_Sample_Collector_Set id=3 bridge=@b -- --id=@b get bridge br0
v --id=@b get bridge br0 -- --id=@s create Flow_Sample_Collector_Set id=3 bridge=@b
v get flow_sample 3 id bridge
v destroy flow_sample 3
