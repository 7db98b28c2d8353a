# What other software calls: libvirt, Mininet, netplan, xapi, neutron, ifupdown
start_switch --enable-dummy=override
ovs-vsctl add-br ovsbr -- set bridge ovsbr datapath_type=dummy
echo "libvirt:"
try ovs-vsctl --timeout=5 -- --may-exist add-port ovsbr vnet0 tag=12 trunk=1,2,3 vlan_mode=native-tagged -- set Interface vnet0 'external-ids:attached-mac="52:54:00:01:02:03"' \
  -- set Interface vnet0 'external-ids:iface-id="09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f"' -- set Interface vnet0 'external-ids:vm-id="c7a2a6d5-8c0a-4b1c-8f0e-3fc5a8f0a1b2"' \
  -- set Interface vnet0 external-ids:iface-status=active -- set interface vnet0 type=dummy
try ovs-vsctl get port vnet0 tag trunks vlan_mode -- get interface vnet0 external_ids
try ovs-vsctl --timeout=5 --if-exists get Interface vnet0 external_ids:PortData
try ovs-vsctl --timeout=5 set Interface vnet0 external_ids:PortData=abc=
try ovs-vsctl --timeout=5 --if-exists get Interface vnet0 external_ids:PortData
try ovs-vsctl --timeout=5 --if-exists get Interface nosuch external_ids:PortData
try ovs-vsctl --timeout=5 --if-exists --format=list --data=json --no-headings --columns=name,ofport,external_ids list Interface vnet0
try ovs-vsctl --timeout=5 --if-exists --format=list --data=json --no-headings --columns=statistics list Interface nosuch
try ovs-vsctl --timeout=5 iface-to-br vnet0
try ovs-vsctl --timeout=5 --no-headings --columns=name find Interface options:vhost-server-path=/run/x
try ovs-vsctl set interface vnet0 options:vhost-server-path=/run/x -- --no-headings --columns=name find Interface options:vhost-server-path=/run/x
try ovs-vsctl --timeout=5 get Interface vnet0 name
try ovs-vsctl --timeout=5 --if-exists clear Port vnet0 tag -- --if-exists clear Port vnet0 trunk -- --if-exists clear Port vnet0 vlan_mode -- --if-exists set Port vnet0 tag=5
try ovs-vsctl set port vnet0 qos=@qos1 vnet0 'external-ids:x=1' -- --id=@qos1 create qos type=linux-htb
try ovs-vsctl set port vnet0 qos=@qos1 -- --id=@qos1 create qos type=linux-htb other_config:min-rate=8000 other_config:max-rate=16000 queues:0=@queue0 'external-ids:vm-id="u1"' external-ids:ifname=vnet0 \
  -- --id=@queue0 create queue other_config:min-rate=8000 'external-ids:vm-id="u1"' external-ids:ifname=vnet0
try ovs-vsctl --timeout=5 --no-heading --columns=_uuid find queue 'external-ids:vm-id="u1"' external-ids:ifname=vnet0
try ovs-vsctl --timeout=5 --no-heading --columns=_uuid find qos 'external-ids:vm-id="u1"' external-ids:ifname=vnet0
qos=$(ovs-vsctl --no-heading --columns=_uuid find qos external-ids:ifname=vnet0); queue=$(ovs-vsctl --no-heading --columns=_uuid find queue external-ids:ifname=vnet0)
try ovs-vsctl remove port vnet0 qos "$qos" -- destroy qos "$qos" -- destroy queue "$queue" -- list qos -- list queue
try ovs-vsctl set Interface vnet0 ingress_policing_rate=100 ingress_policing_burst=10
try ovs-vsctl --timeout=5 -- --if-exists del-port vnet0
try ovs-vsctl --timeout=5 -- --if-exists del-port vnet0
echo "Mininet:"
try ovs-vsctl -t 1 show | grep -c Bridge
try ovs-vsctl -- --id=@s1c0 create Controller target=\"tcp:127.0.0.1:16653\" max_backoff=1000 -- --id=@s1-listen create Controller target=\"ptcp:16654\" max_backoff=1000 \
  -- --if-exists del-br s1 -- add-br s1 -- set bridge s1 controller=[@s1c0,@s1-listen] other_config:datapath-id=0000000000000001 fail_mode=secure other-config:disable-in-band=true \
  datapath_type=dummy protocols=OpenFlow13 stp_enable=false other-config:dp-desc=s1 -- add-port s1 s1-eth1 -- set Interface s1-eth1 ofport_request=1 type=dummy \
  -- add-port s1 s1-eth2 -- set Interface s1-eth2 ofport_request=2 type=dummy
try ovs-vsctl get-controller s1 -- get bridge s1 datapath_id fail_mode protocols other_config -- get interface s1-eth1 ofport -- get interface s1-eth2 ofport
controllers=$(ovs-vsctl -- get Bridge s1 Controller | tr -d '[] ' | tr , ' ')
for c in $controllers; do ovs-vsctl -- get Controller "$c" target is_connected; done | sort
try ovs-vsctl list-br
try ovs-vsctl --if-exists del-br s1 -- --if-exists del-br s2
echo "netplan:"
try ovs-vsctl --may-exist add-br np0 -- set bridge np0 datapath_type=dummy
try ovs-vsctl --may-exist add-bond np0 bond0 n1 n2 -- set interface n1 type=dummy -- set interface n2 type=dummy
try ovs-vsctl set Port bond0 bond_mode=balance-tcp -- set Port bond0 lacp=active -- set Port bond0 external-ids:netplan/bond_mode=balance-tcp -- set Port bond0 external-ids:netplan=true
try ovs-vsctl set Bridge np0 mcast_snooping_enable=true -- set Bridge np0 rstp_enable=false -- set Bridge np0 external-ids:netplan/mcast_snooping_enable=true -- set Bridge np0 external-ids:netplan=true
try ovs-vsctl --columns=name,external-ids -f csv -d bare --no-headings find port external-ids:netplan=true
try ovs-vsctl --columns=name,external-ids -f csv -d bare --no-headings list Bridge np0
try ovs-vsctl --if-exists del-bond-iface bond0 n3 -- add-bond-iface bond0 n3 -- set interface n3 type=dummy -- del-bond-iface bond0 n1
try ovs-vsctl list-ifaces np0
try ovs-vsctl remove Port bond0 external-ids netplan/bond_mode netplan=true -- get port bond0 external_ids
echo "xapi:"
try ovs-vsctl --timeout=20 -- --if-exists del-port vif1.0 -- add-port np0 vif1.0 -- set interface vif1.0 'external-ids:"xs-vm-uuid"="d1d2b3a4-0000-4000-8000-000000000000"' -- set interface vif1.0 external-ids:attached-mac="fe:ff:ff:ff:ff:ff" type=dummy
try ovs-vsctl --timeout=20 --may-exist add-br xapi1 np0 42 -- br-set-external-id xapi1 xs-network-uuids abc -- br-to-parent xapi1 -- br-to-vlan xapi1
try ovs-vsctl --timeout=20 get port np0 tag -- get port xapi1 tag
try ovs-vsctl --timeout=20 --bare -f table -- --columns=name,type find interface 'type!=""' name=n2
try ovs-vsctl --timeout=20 --with-iface --if-exists del-port n3
try ovs-vsctl --timeout=20 list-ports np0 -- list-ports xapi1 -- get-fail-mode np0 -- get interface vif1.0 ofport_request mtu_request
echo "neutron and ifupdown:"
try ovs-vsctl --id=@manager -- create Manager 'target="ptcp:16640:127.0.0.1"' -- add Open_vSwitch . manager_options @manager
ovs-vsctl -- --id=@manager create Manager 'target="ptcp:16640:127.0.0.1"' -- add Open_vSwitch . manager_options @manager 2>&1 | grep -c 'identical values'
try ovs-vsctl get-manager
try ovs-vsctl -- --may-exist add-br eth9 -- --fake-iface add-bond np0 fb0 e1 e2 bond_mode=active-backup -- set interface e1 type=dummy -- set interface e2 type=dummy -- get port fb0 bond_fake_iface bond_mode
try ovs-vsctl --format=json get bridge np0 protocols
try ovs-vsctl --format=json --columns=name,tag find port name=np0
