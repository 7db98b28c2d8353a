# Ports, bonds and interfaces: every option and every refusal
start_db
v() { try ovs-vsctl --no-wait "$@"; }
v add-port nobr p0
v add-br br0 -- add-br br1 -- add-port br0 p0 -- add-port br1 q0
v add-port br0 p0
v add-port br1 p0
v --may-exist add-port br0 p0
v --may-exist add-port br1 p0
v --may-exist add-port br0 br0
v --may-exist add-port br0 br1
v add-port br0 br0
v add-port br0 br1
v add-port br0 ''
v add-port br0 p1 tag=7 trunks=1,2 -- get port p1 tag trunks
v add-port br0 p2 nosuch=1
v add-port br0 p2 tag
v add-port br0 p2 tag=x
v add-port br0 p2 name=p3
v add-port br0 p2 other_config:a=b tag=9 -- get port p2 other_config tag
v --may-exist add-port br0 p2 tag=10 -- get port p2 tag
v --fake-iface add-port br0 p4
v add-bond br0 b0 i0
v add-bond br0 b0 i0 i0
v add-bond br0 b0 i0 i1 -- list-ifaces br0 -- list-ports br0
v add-bond br0 b0 i2 i3
v add-bond br0 b1 i0 i3
v add-bond br0 i0 i4 i5
v add-bond br0 b1 i4 b1 -- list-ifaces br0
v --may-exist add-bond br0 b0 i0 i1
v --may-exist add-bond br0 b0 i1 i0
v --may-exist add-bond br0 b0 i0 i1 i2
v --may-exist add-bond br0 b0 i0 i9
v --may-exist add-bond br1 b0 i0 i1
v --fake-iface add-bond br0 b2 i6 i7 bond_mode=active-backup lacp=active -- get port b2 bond_fake_iface bond_mode lacp
v --fake-iface --may-exist add-bond br0 b2 i6 i7
v add-bond br0 b3 i8 i9 bond_mode=nosuch
v add-bond br0 b3 i8 i9 nosuch=x
v add-bond br0 b3 bond_mode=active-backup i8
v add-bond-iface b0 i20 -- list-ifaces br0
v add-bond-iface b0 i20
v --may-exist add-bond-iface b0 i20
v --may-exist add-bond-iface b0 i6
v add-bond-iface b0 p0
v add-bond-iface nosuch i21
v add-bond-iface p0 i22 -- list-ifaces br0
v del-bond-iface b0 i20
v del-bond-iface b0 i20
v --if-exists del-bond-iface b0 i20
v del-bond-iface b0 i6
v --if-exists del-bond-iface b0 i6
v del-bond-iface i22
v del-bond-iface i22
v --if-exists del-bond-iface i22
v del-bond-iface p0 p0
v del-bond-iface p1
v del-bond-iface nosuch i0
v port-to-br p0
v port-to-br b0
v port-to-br i0
v port-to-br br0
v port-to-br nosuch
v iface-to-br i0
v iface-to-br b0
v iface-to-br p0
v iface-to-br br0
v iface-to-br nosuch
v list-ports nosuch
v list-ifaces nosuch
v del-port nosuch
v --if-exists del-port nosuch
v del-port br1 p0
v --if-exists del-port br1 p0
v del-port br0 nosuch
v --if-exists del-port br0 nosuch
v del-port nobr p0
v --if-exists del-port nobr p0
v del-port br0
v --if-exists del-port br0
v del-port br0 br0
v del-port i0
v --with-iface del-port i0
v --with-iface --if-exists del-port i0
v --with-iface del-port br0 i6 -- list-ports br0
v --with-iface del-port br1 p0
v --with-iface del-port br0 p0
v del-port p1 -- add-port br1 p1 -- port-to-br p1
v del-br br1 -- add-port br0 p1 -- list-ports br0
v del-br br1
v --if-exists del-br br1
v add-br br0
v --may-exist add-br br0
v add-br p1
v --may-exist add-br p1
v add-br i1
v add-br ''
v add-br br2 -- add-br br2
v add-br br2 -- del-br br2 -- add-br br2 -- list-br
v br-exists br2 -- list-br
v br-exists nosuch -- list-br
v list-br -- br-exists nosuch
v br-to-vlan nosuch
v br-to-parent nosuch
v br-set-external-id br0 a b -- br-set-external-id br0 c d -- br-get-external-id br0 -- br-get-external-id br0 a
v br-set-external-id br0 a -- br-get-external-id br0
v br-get-external-id br0 nosuch
v br-get-external-id nosuch
v br-set-external-id nosuch a b
v --real list-br -- --fake list-br -- --real --fake list-br
