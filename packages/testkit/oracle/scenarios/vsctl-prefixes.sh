# Names of tables and columns shortened, in other letter case, with dashes; records by each of their names
start_db
ovs-vsctl --no-wait add-br br0 -- add-port br0 p0 -- --id=@m create mirror name=m0 -- set bridge br0 mirrors=@m -- --id=@n create netflow targets='"1.2.3.4:5"' -- set bridge br0 netflow=@n \
  -- --id=@s create sflow targets='"1.2.3.4:6"' -- set bridge br0 sflow=@s -- --id=@i create ipfix targets='"1.2.3.4:7"' -- set bridge br0 ipfix=@i \
  -- --id=@q create qos type=linux-htb -- set port p0 qos=@q -- set-controller br0 tcp:1.2.3.4:6653 -- set-manager ptcp:16640 -- set-ssl a b c -- add-aa-mapping br0 1 2 >/dev/null
v() { try ovs-vsctl --no-wait "$@"; }
for table in b br Bridge BRIDGE bridges p port i in if int ip ipf c ct ct_ ct-z CT_Zone con f flow flow_s flow-t m ma mi n net o open open-vswitch q qo qu s sf sflow SFLOW ss a auto d data '' _ x 'b '; do
  try ovs-vsctl --no-wait --columns=_uuid list "$table" | sed -E 's/[0-9a-f]{8}-[-0-9a-f]+/UUID/'
done
for column in n name NAME nam f fail fail_m fail-mode FAIL-MODE s st stp_e rst rstp_en o other other-config external external-ids e d datapath datapath_t datapath-type mc mcast_snooping_enable p po pr protocols c cont _uuid _UUID uuid _version _u; do
  try ovs-vsctl --no-wait get bridge br0 "$column" | sed -E 's/[0-9a-f]{8}-[-0-9a-f]+/UUID/'
done
v get mirror m0 name
v get mirror br0 name
v get netflow br0 targets
v get sflow br0 targets
v get ipfix br0 targets
v get qos p0 type
v get qos br0 type
v get controller br0 target
v get controller tcp:1.2.3.4:6653 target
v get manager ptcp:16640 target
v get manager . target
v get ssl . private_key
v get open . ssl | sed 's/[0-9a-f-]*/U/'
v get open br0 ssl
v get autoattach br0 mappings
v get interface p0 name
v get queue x dscp
v get netflow nosuch targets
v get netflow br1 targets
u=$(ovs-vsctl get bridge br0 _uuid)
status ovs-vsctl --no-wait get bridge "$u" name
for id in "${u:0:8}" "${u:0:4}" "${u^^}" "${u:0:20}"; do status ovs-vsctl --no-wait get bridge "$id" name; done
v set br br0 FAIL-mode=secure stp=true -- get bri br0 fail stp_enable
v add br br0 flood 5 -- get br br0 flood_vlans -- remove br br0 flood 5 -- clear br br0 flood-v
v --columns=na,fail-m,STP_E list br br0
v --columns=n,zz list br br0
v --columns='name,,fail_mode' list br br0
v --columns=name,name list br br0
v --columns=_version list br br0
v --columns=_uuid,name list mirror m0 | sed -E 's/[0-9a-f]{8}-[-0-9a-f]+/UUID/'
v --columns=name list br br0 br0 nosuch
v --if-exists --columns=name list br nosuch br0
v find br fail=secure name!=x | grep -c .
v --columns=name find br other-c:x=1
v wait-until br br0 fail=secure stp_e=true
