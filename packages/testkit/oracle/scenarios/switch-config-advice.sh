# What the log says of a configuration that asks for something in vain, and who gets a port number that two ask for.
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure \
  -- add-port br0 p1 -- set interface p1 type=dummy ofport_request=1 \
  -- add-port br0 p2 -- set interface p2 type=dummy -- add-port br0 p3 -- set interface p3 type=dummy
# What is new since the last look, each line once: how often a configuration is read again is nobody's business.
said() {
  sleep 0.3
  tail -n +"${seen:-1}" "$OVS_LOGDIR/ovs-vswitchd.log" | cut -d'|' -f3- |
    grep -E '^(bridge|netdev|netdev_vport|ofproto)\|' | grep -v 'datapath ID' | awk '!told[$0]++'
  seen=$(($(wc -l <"$OVS_LOGDIR/ovs-vswitchd.log") + 1))
}
says() {
  echo "\$ $*"
  "$@"
  said
}
said >/dev/null
says ovs-vsctl -- --id=@m create mirror name=m0 -- set bridge br0 mirrors=@m
says ovs-vsctl -- --id=@p get port p1 -- set mirror m0 output_port=@p output_vlan=3
says ovs-vsctl clear bridge br0 mirrors
says ovs-vsctl set bridge br0 other_config:hwaddr=ff:ff:ff:ff:ff:ff
says ovs-vsctl remove bridge br0 other_config hwaddr
says ovs-vsctl set interface p1 ofport_request=3
says ovs-vsctl get interface p1 ofport -- get interface p2 ofport -- get interface p3 ofport
says ovs-vsctl set interface p2 ofport_request=3
says ovs-vsctl set interface p2 ofport_request=17
says ovs-vsctl get interface p1 ofport -- get interface p2 ofport -- get interface p3 ofport
says ovs-vsctl add-port br0 pa -- set interface pa type=patch options:foo=bar options:peer=x
says ovs-vsctl del-port pa
says ovs-vsctl --no-wait add-br brbad -- set bridge brbad datapath_type=nosuch
says ovs-vsctl del-br brbad
