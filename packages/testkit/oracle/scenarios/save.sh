# ovs-save: scripts that restore groups and flows, and settings of devices
save=$([ "$SIDE" = ref ] && echo /usr/share/openvswitch/scripts/ovs-save || echo ovs-save)
# The original restores empty tunnel option maps too, which does nothing.
shown() { sed -E -e "/add-tlv-map [^ ]+ ''/d" -e 's/  +/ /g' -e 's/ +$//' -e 's|/tmp/ovs-save\.[A-Za-z0-9]+|DUMPS|g' -e 's|[^ ]*/ovs-save|ovs-save|g' "$@"; }
run() {
  echo "\$ ovs-save $*"
  { "$save" "$@" 2>&1; echo "-> $?"; } | shown
}
run
run nosuch
run --help
run --version
no_ipv6
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy protocols=OpenFlow10,OpenFlow13,OpenFlow15 -- add-port br0 p1 \
  -- set interface p1 type=dummy -- add-br br1 -- add-br br2 -- set bridge br2 protocols=OpenFlow10 \
  -- add-br br3 -- set bridge br3 protocols=OpenFlow11,OpenFlow12 -- add-br br4 -- set bridge br4 protocols='[]'
ovs-ofctl -O OpenFlow15 add-group br0 group_id=1,type=select,bucket=output:1,bucket=weight:5,output:2
ovs-ofctl -O OpenFlow15 add-group br0 group_id=7,type=all,bucket=group:1
ovs-ofctl -O OpenFlow13 add-flow br0 'table=3,priority=7,cookie=0x5,idle_timeout=900,ip,nw_dst=10.0.0.0/8,actions=group:7,resubmit(,4)'
ovs-ofctl -O OpenFlow13 add-flow br0 'in_port=1,send_flow_rem,actions=LOCAL'
ovs-ofctl add-flow br1 tcp,tp_dst=80,actions=drop
ovs-ofctl add-flow br2 'dl_vlan=3,actions=strip_vlan,normal'
ovs-ofctl -O OpenFlow12 add-flow br3 'ipv6,actions=set_field:::1->ipv6_dst,controller'
for bridge in br0 br1 br3; do
  echo "== $bridge"
  "$save" save-flows $bridge >script
  shown script
  folder=$(sed -n 's/^rm -rf "\(.*\)"$/\1/p' script)
  sort "$folder"/*.dump
  stat -c '%a' "$folder"
  version=$(sed -n 's/.*-O \([^ ]*\) replace-flows.*/\1/p' script)
  ovs-ofctl -O $version del-flows $bridge
  ovs-ofctl -O $version del-groups $bridge
  sh script 2>/dev/null
  echo "restored -> $?"
  ovs-ofctl -O $version --no-stats dump-flows $bridge | sed 's/(xid=.*)//' | sort
  ovs-ofctl -O $version dump-groups $bridge | sed 's/(xid=.*)//' | sort
  [ -e "$folder" ] && echo "the dumps are still there"
done
run save-flows
run save-flows br0 br1 br2 br4

ip link add v0 type veth peer name v1
ip link set v0 up mtu 1400 address 02:00:00:00:00:01
ip link set v1 address 02:00:00:00:00:02
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.0.0.5/24 brd 10.0.0.255 dev v0 label v0:1
ip link set v1 up
ip route add 10.1.0.0/16 via 10.0.0.9
ip route add default via 10.0.0.9 metric 5
ip route add 10.2.0.0/16 dev v0 proto static
run save-interfaces
run save-interfaces v0 v1 nosuch lo | sed 's/not found in .*, not/not found, not/'
"$save" save-interfaces v0 >script 2>/dev/null
ip addr flush dev v0
ip link set v0 down mtu 1300
sh script
echo "-> $?"
ip -o addr show dev v0 | sed 's/^[0-9]*: //'
ip route show dev v0
