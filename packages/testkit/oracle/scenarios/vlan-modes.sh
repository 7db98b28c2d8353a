# The matrix of VLAN modes: NORMAL between ports of all kinds, what arrives at each untagged, with a priority tag, with
# tags 10 and 20, and with two tags.
# seconds: 15
start_switch --enable-dummy=override
ovs-vsctl set open_vswitch . other_config:vlan-limit=2
keep_asking
# ports COLUMNS...: a new switch with a port for each argument, which are the columns of its Port; one after the other,
# since floods go in the order of their coming
ports() {
  local columns
  ovs-vsctl --if-exists del-br br0 -- add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=standalone other_config:hwaddr=aa:55:aa:55:00:00
  COUNT=0
  for columns; do
    COUNT=$((COUNT + 1))
    ovs-vsctl add-port br0 p$COUNT -- set interface p$COUNT type=dummy ofport_request=$COUNT ${columns:+-- set port p$COUNT $columns}
  done
}
said() { grep '>>\|->\|^Flow: [^ ]*dl_vlan1\|^Mega\|^Data'; }
# each TAGS...: what is made of a packet with such tags from each port
each() {
  local port tag
  for ((port = 1; port <= COUNT; port++)); do
    for tag in "" ,dl_vlan=0,dl_vlan_pcp=5 ,dl_vlan=10,dl_vlan_pcp=3 ,dl_vlan=20,dl_vlan_pcp=0; do
      echo "== $port $tag"
      ovs-appctl ofproto/trace br0 in_port=$port,dl_src=50:54:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,dl_type=0x1234$tag | said
    done
    for tag; do
      echo "== $port $tag"
      ovs-appctl ofproto/trace br0 in_port=$port ffffffffffff505400000001${tag}1234000000000000 | said
    done
  done
}
echo "--- access and trunk"
ports "" tag=10 tag=20 trunks=10 trunks=10,20 trunks=0,20 "vlan_mode=trunk tag=10" "vlan_mode=access tag=10"
each 88a8000a81000014
echo "--- native"
ports "vlan_mode=native-tagged tag=10" "vlan_mode=native-untagged tag=10" "vlan_mode=native-tagged tag=10 trunks=20" \
  "vlan_mode=native-untagged tag=10 trunks=20" "vlan_mode=native-untagged tag=20 trunks=10,20" vlan_mode=native-tagged tag=10 trunks=10,20
each
echo "--- tags of priority"
to="tag=10 other_config:priority-tags"
ports "$to=true" "$to=if-nonzero" "$to=always" tag=10 "vlan_mode=native-untagged $to=always" "vlan_mode=native-untagged $to=if-nonzero" \
  "trunks=10 other_config:priority-tags=always" "$to=never"
each
echo "--- protected"
ports protected=true protected=true "tag=10 protected=true" tag=10 "" "trunks=10 protected=true" \
  "vlan_mode=native-tagged tag=10 protected=true" "tag=20 protected=true"
each
echo "--- tunnels of tags"
into="vlan_mode=dot1q-tunnel tag=10"
ports "$into" "$into cvlans=20" "vlan_mode=dot1q-tunnel tag=20 other_config:qinq-ethtype=802.1q" "" trunks=10 \
  "$into other_config:qinq-ethtype=802.1ad" tag=10 "vlan_mode=native-untagged tag=10" "$into cvlans=0,20"
each 88a8000a81000014 8100000a81006014 88a8001481000014 88a8000a8100000b 88a8000a81006000
