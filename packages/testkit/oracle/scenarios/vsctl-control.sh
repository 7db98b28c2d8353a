# Controllers, fail mode, managers, TLS files, Auto-Attach, conntrack zones, emer-reset
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy
try ovs-vsctl get-controller br0 -- get-fail-mode br0 -- get-manager -- get-ssl
try ovs-vsctl set-controller br0 tcp:127.0.0.1:16653 unix:/nowhere -- get-controller br0
try ovs-vsctl set-controller br0 foo
try ovs-vsctl set-controller br0 foo:1.2.3.4 ptcp:16699 tcp:127.0.0.1:16654 -- get-controller br0
try ovs-vsctl -- --inactivity-probe=3000 set-controller br0 tcp:127.0.0.1:16653
try ovs-vsctl --columns=target,inactivity_probe,connection_mode list controller
try ovs-vsctl get controller br0 target
try ovs-vsctl -- --inactivity-probe=x set-controller br0 tcp:127.0.0.1:16653
try ovs-vsctl --columns=target,inactivity_probe list controller
try ovs-vsctl set controller br0 max_backoff=1000 -- get controller br0 max_backoff target
try ovs-vsctl set-controller br0 -- get-controller br0
try ovs-vsctl set-controller nobr tcp:1.2.3.4
try ovs-vsctl set-controller br0 tcp:127.0.0.1:1 -- del-controller br0 -- get-controller br0
try ovs-vsctl set-fail-mode br0 open
try ovs-vsctl set-fail-mode nobr open
try ovs-vsctl set-fail-mode br0 secure -- get-fail-mode br0
try ovs-vsctl set-fail-mode br0 standalone -- get bridge br0 fail_mode
try ovs-vsctl del-fail-mode br0 -- get-fail-mode br0
try ovs-vsctl set-manager ptcp:16640 tcp:127.0.0.1:16641 -- get-manager
try ovs-vsctl set-manager foo
try ovs-vsctl -- --inactivity-probe=30000 set-manager tcp:127.0.0.1:16641
try ovs-vsctl --columns=target,inactivity_probe list manager
try ovs-vsctl get manager tcp:127.0.0.1:16641 target
try ovs-vsctl get manager tcp:127.0.0.1:1 target
try ovs-vsctl del-manager -- get-manager
try ovs-vsctl set-manager
try ovs-vsctl -- --id=@m create Manager target='"ptcp:16642:127.0.0.1"' -- add Open_vSwitch . manager_options @m -- get-manager
try ovs-vsctl set-ssl a b
try ovs-vsctl set-ssl /k.pem /c.pem /ca.pem -- get-ssl
try ovs-vsctl get ssl . private_key certificate bootstrap_ca_cert
try ovs-vsctl -- --bootstrap set-ssl k c ca -- get-ssl
try ovs-vsctl del-ssl -- get-ssl
try ovs-vsctl get ssl . private_key
try ovs-vsctl add-aa-mapping br0 100 200 -- get-aa-mapping br0
try ovs-vsctl add-aa-mapping br0 99 20 -- add-aa-mapping br0 100 201 -- get-aa-mapping br0
try ovs-vsctl add-aa-mapping br0 x 200
try ovs-vsctl add-aa-mapping br0 1 9999
try ovs-vsctl add-aa-mapping nobr 1 2
try ovs-vsctl del-aa-mapping br0 100 201 -- get-aa-mapping br0
try ovs-vsctl del-aa-mapping br0 77 1
try ovs-vsctl get autoattach br0 mappings
try ovs-vsctl list-zone-tp netdev
try ovs-vsctl list-dp-cap netdev
try ovs-vsctl add-zone-tp netdev zone=1 icmp_first=1
try ovs-vsctl del-zone-tp netdev zone=1
ovs-vsctl -- --id=@m create Datapath datapath_version=0 'capabilities={a=b,c=true}' -- set Open_vSwitch . datapaths:netdev=@m >/dev/null
try ovs-vsctl add-zone-tp netdev zone=2 icmp_first=2 tcp_syn_sent=60
try ovs-vsctl add-zone-tp netdev zone=1 icmp_first=1
try ovs-vsctl add-zone-tp netdev zone=1 icmp_first=1
try ovs-vsctl --may-exist add-zone-tp netdev zone=1 icmp_first=9
try ovs-vsctl add-zone-tp netdev zone=4 nosuch=1
try ovs-vsctl add-zone-tp netdev zone=3
try ovs-vsctl list-zone-tp netdev
try ovs-vsctl --id=@z create CT_Zone external_ids:a=b -- set Datapath "$(ovs-vsctl --bare --columns=_uuid list datapath)" ct_zones:9=@z -- list-zone-tp netdev | tail -n +2
try ovs-vsctl del-zone-tp netdev zone=1
try ovs-vsctl del-zone-tp netdev zone=1
try ovs-vsctl --if-exists del-zone-tp netdev zone=1
try ovs-vsctl list-zone-tp netdev
try ovs-vsctl list-dp-cap netdev
try ovs-vsctl list-dp-cap nosuch
ovs-vsctl -- --id=@n create mirror name=m0 select_all=true -- set bridge br0 mirrors=@n other_config:hwaddr=02:00:00:00:00:01 other_config:x=y \
  -- set port br0 other_config:p=q -- set interface br0 other_config:i=j ingress_policing_rate=100 ingress_policing_burst=10 \
  -- --id=@f create netflow targets='"127.0.0.1:5566"' -- set bridge br0 netflow=@f -- --id=@s create sflow targets='"127.0.0.1:6343"' -- set bridge br0 sflow=@s \
  -- set-controller br0 tcp:127.0.0.1:1 -- set-fail-mode br0 secure -- set-ssl a b c -- set open . other_config:o=p >/dev/null
try ovs-vsctl emer-reset
try ovs-vsctl get bridge br0 mirrors netflow sflow ipfix controller fail_mode other_config -- get port br0 other_config \
  -- get interface br0 other_config ingress_policing_rate ingress_policing_burst -- get open . ssl manager_options other_config
try ovs-vsctl list mirror -- list netflow -- list sflow -- list controller -- list manager -- list ssl
