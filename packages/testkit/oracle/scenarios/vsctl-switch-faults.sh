# What the switch could not set up: said after the commit, with the exit status of old
start_switch --enable-dummy=override
log() { sed "s|$OVS_LOGDIR|LOGDIR|"; }
v() { try ovs-vsctl -t 20 "$@" 2>&1 | log; }
v add-br br0 -- set bridge br0 datapath_type=dummy
v add-port br0 nosuchdev -- set interface nosuchdev type=system
v add-port br0 p1 -- set interface p1 type=nosuchtype
v add-port br0 p2 -- set interface p2 type=dummy -- get interface p2 type
v get interface p2 ofport
v add-port br0 t3 -- set interface t3 type=patch
v add-port br0 t4 -- set interface t4 type=patch options:peer=t4
v add-bond br0 bond0 b1 b2 -- set interface b1 type=dummy
v --no-wait add-port br0 p7 -- set interface p7 type=nosuchtype
v set interface p7 type=dummy
v set interface p1 type=dummy
v add-port br0 p12 -- set interface p12 type=dummy ofport_request=65279 -- wait-until interface p12 name=p12
v get interface p12 ofport
v --may-exist add-port br0 p1
v del-port p1 -- add-port br0 p1
v --no-wait --dry-run add-port br0 zz
