# show, and what add-port says of interfaces that could not be set up
start_switch --enable-dummy=override
try ovs-vsctl show
try ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure -- show | sed 's/ovs_version.*/ovs_version/'
# The original takes a patch port's error back at each change and says it again some time later.
show() { ovs-vsctl show | grep -v 'No usable peer' | sed 's/ovs_version.*/ovs_version/' | awk '/^    Bridge|^        Port|^        Controller|^    Manager/ {k = $0} {print (/^[0-9a-f]/ ? "" : k) "|" $0}' | sort; }
show
try ovs-vsctl add-port br0 p1 tag=3 -- set interface p1 type=dummy -- add-port br0 p2 trunks=1,2 vlan_mode=trunk -- set interface p2 type=dummy
show
try ovs-vsctl add-port br0 pa -- set interface pa type=patch options:peer=pb options:z=1
try ovs-vsctl add-port br0 pb -- set interface pb type=patch options:peer=nobody
ovs-vsctl -t 10 wait-until interface pb 'error!=[]'
try ovs-vsctl add-port br0 bad -- set interface bad type=nosuch
try ovs-vsctl add-br brbad -- set bridge brbad datapath_type=nosuchtype
try ovs-vsctl --no-wait add-port br0 bad2 -- set interface bad2 type=nosuch
try ovs-vsctl set interface p1 type=nosuch
try ovs-vsctl --may-exist add-port br0 bad
try ovs-vsctl add-bond br0 bond0 b1 b2 -- set interface b1 type=nosuch -- set interface b2 type=dummy
try ovs-vsctl add-bond-iface bond0 b3 -- set interface b3 type=nosuch
try ovs-vsctl add-port br0 "odd name" -- set interface "odd name" type=dummy
try ovs-vsctl add-port br0 true -- set interface true type=dummy options:a="b c" options:'"x y"'=1
try ovs-vsctl get interface bad ofport error
try ovs-vsctl set-controller br0 tcp:127.0.0.1:16653 -- set-manager ptcp:16640
show
try ovs-vsctl list-ports br0
try ovs-vsctl del-br br0 -- del-br brbad -- del-manager
try ovs-vsctl show
