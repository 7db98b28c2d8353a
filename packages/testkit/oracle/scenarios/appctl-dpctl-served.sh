# A datapath that bridges stand on: ports that come and go without the database, and datapaths made before it.
start_switch --enable-dummy=override >/dev/null 2>&1
a() { try ovs-appctl "$@"; }
a dpctl/add-dp dummy@ovs-dummy q1
a dpctl/add-dp dummy@other q9
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure
ovs-vsctl add-port br0 p1 -- set interface p1 type=dummy ofport_request=1 \
  -- add-port br0 p2 -- set interface p2 type=dummy ofport_request=2
a dpctl/show
a dpctl/add-if dummy@ovs-dummy q2,type=dummy
a dpctl/add-if dummy@ovs-dummy p1,type=dummy p8,type=dummy,port_no=2
a dpctl/show
ovs-vsctl add-port br0 q2 -- set interface q2 type=dummy
a dpctl/del-if dummy@ovs-dummy p2
a dpif/show
try ovs-ofctl show br0 | grep -o '^ .*('
ovs-vsctl --columns=name,ofport,error list interface p2
ovs-vsctl add-port br0 p4 -- set interface p4 type=dummy
a dpif/show
a dpctl/show
a dpctl/del-if dummy@ovs-dummy br0 ovs-dummy
a dpif/show
a dpctl/del-dp dummy@ovs-dummy
a dpctl/add-dp dummy@ovs-dummy
a dpctl/set-if dummy@ovs-dummy p1,type=dummy p1,type=system
a dpctl/show
ovs-vsctl del-br br0
a dpctl/dump-dps
a dpctl/dump-flows
ovs-vsctl add-br br1 -- set bridge br1 datapath_type=dummy
a dpctl/dump-dps
a dpif/dump-dps
