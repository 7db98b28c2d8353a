# emer-reset, and commands that empty the switch's settings, row by row
start_db
v() { try ovs-vsctl --no-wait "$@"; }
v emer-reset
v add-br br0 -- add-br br1 -- add-port br0 p0 -- add-bond br1 b0 i0 i1 -- add-br fake0 br0 7 -- add-port fake0 fp0
v set bridge br0 other_config:hwaddr=02:00:00:00:00:09 other_config:datapath-id=0000000000000009 external_ids:a=b stp_enable=true protocols=OpenFlow13 flood_vlans=3 \
  -- set port b0 other_config:x=y bond_mode=balance-slb lacp=active external_ids:c=d qos=@q -- --id=@q create qos type=linux-htb >/dev/null
v set interface i0 ingress_policing_rate=1 ingress_policing_burst=2 options:a=b other_config:z=z external_ids:e=f lldp:enable=true -- set port p0 tag=4 trunks=1,2
v set-controller br0 tcp:1.2.3.4:6653 -- set-controller br1 ssl:1.2.3.4 -- set-fail-mode br1 secure -- set-manager ptcp:16640 -- set-ssl a b c -- set open . other_config:g=h external_ids:i=j
v -- --id=@m create mirror name=m select_all=1
v -- --id=@m create mirror name=m select_all=true -- set bridge br1 mirrors=@m -- --id=@n create netflow targets='"1.2.3.4:5"' -- set bridge br0 netflow=@n \
  -- --id=@s create sflow targets='"1.2.3.4:6"' -- set bridge br0 sflow=@s -- --id=@i create ipfix targets='"1.2.3.4:7"' -- set bridge br1 ipfix=@i \
  -- --id=@c create Flow_Sample_Collector_Set id=1 bridge=@b ipfix=@i -- --id=@b get bridge br0 | sed -E 's/[0-9a-f]{8}-[-0-9a-f]+/UUID/'
v --id=@b get bridge br0 -- --id=@i get ipfix br1 -- --id=@c create Flow_Sample_Collector_Set id=1 bridge=@b ipfix=@i | sed -E 's/[0-9a-f]{8}-[-0-9a-f]+/UUID/'
v --dry-run emer-reset
v get-manager -- get-controller br0
v emer-reset -- list-br -- get-manager -- get-controller br0
v --columns=name,controller,fail_mode,mirrors,netflow,sflow,ipfix,other_config,external_ids,stp_enable,protocols,flood_vlans list bridge br0
v --columns=name,controller,fail_mode,mirrors,netflow,sflow,ipfix,other_config list bridge br1
v --columns=name,other_config,bond_mode,lacp,external_ids list port b0
v get port p0 tag trunks
v --columns=name,ingress_policing_rate,ingress_policing_burst,options,other_config,external_ids,lldp list interface i0
v get open . manager_options ssl other_config external_ids
for table in mirror controller manager netflow sflow ipfix flow_sample ssl queue; do v --columns=_uuid list $table; done
v --columns=type list qos
v emer-reset
v emer-reset x
v list-ports fake0 -- list-br
