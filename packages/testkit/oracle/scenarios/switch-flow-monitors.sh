# Flow monitors: what each version tells of flows that come, change and go; own changes; requests that are refused.
# seconds: 25
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure
for i in 1 2; do ovs-vsctl add-port br0 p$i -- set interface p$i type=dummy ofport_request=$i; done
ctl() { ovs-appctl -t "$OVS_RUNDIR/monitor.ctl" "$@"; }
change() {
  ovs-ofctl add-flow br0 in_port=1,dl_vlan=123,actions=mod_vlan_vid:124,1
  ovs-ofctl add-flow br0 "table=2,priority=5,in_port=2,cookie=0x7,idle_timeout=100,hard_timeout=200,actions=drop"
  ovs-ofctl add-flow br0 in_port=1,dl_vlan=123,actions=mod_vlan_vid:124,1
  ovs-ofctl add-flow br0 in_port=1,dl_vlan=123,actions=2
  ovs-ofctl mod-flows br0 dl_vlan=123,actions=mod_vlan_vid:125,2
  ovs-ofctl mod-flows br0 dl_vlan=123,actions=mod_vlan_vid:125,2
  ovs-ofctl mod-flows br0 cookie=0x9,dl_vlan=123,actions=2
  ovs-ofctl mod-flows br0 dl_vlan=55,actions=2
  ovs-ofctl --strict del-flows br0 dl_vlan=55
  ovs-ofctl add-group -OOpenFlow13 br0 group_id=1,type=all,bucket=output:1
  ovs-ofctl add-flow -OOpenFlow13 br0 priority=3,actions=group:1
  ovs-ofctl del-groups -OOpenFlow13 br0
  printf '%s\n' 'add table=3,priority=1,actions=1' 'modify table=3,actions=2' 'delete table=2' 'add table=4,actions=drop' |
    ovs-ofctl --bundle add-flows br0 -
  ovs-ofctl del-flows br0
}
watch() {
  local version=$1
  shift
  echo "--- $version $*"
  ovs-ofctl del-flows br0
  ovs-ofctl add-flow br0 priority=77,tcp,actions=1
  ovs-ofctl -O "$version" --detach --no-chdir --pidfile --unixctl="$OVS_RUNDIR/monitor.ctl" monitor br0 "$@" >seen 2>&1
}
unwatch() {
  local pid
  ctl ofctl/barrier
  pid=$(cat "$OVS_RUNDIR/ovs-ofctl.pid")
  ctl exit
  until_true 10 gone "$pid"
  cat seen
}
each() {
  watch "$@"
  change
  unwatch
}
each OpenFlow10 watch:
each OpenFlow10 'watch:!initial,!add' watch:out_port=2
each OpenFlow13 watch:table=2 watch:
each OpenFlow15 watch:out_group=1 'watch:!actions,table=0'

# What the watcher itself does is told by number, unless it asks for more.
own() {
  local version=$1 hex
  shift
  watch "$version" watch:table=99
  ctl ofctl/send "$@"
  unwatch
}
own OpenFlow10 \
  0110002800000013ffff000000002320000000020000000000000007001fffff0000ff0000000000 \
  010e005000000011003820ce00010000000000000000000000000000000008000006000000000000000000000000000000000000000000000000000000008000ffffffffffff00000000000800020000 \
  010e004800000012003820fe00010000000000000000000000000000000000000000000000000000000000000000000000000000000000000003000000008000ffffffffffff0000 \
  0104001400000015000023200000001500000063 0104001400000015000023200000001500000007 \
  010e004800000012003820fe00010000000000000000000000000000000000000000000000000000000000000000000000000000000000000003000000008000ffffffffffff0000
own OpenFlow14 \
  0512002800000013001000000000000000000007ffffffffffffffff001fff000001000400000000 \
  050e006000000011000000000000000000000000000000000000000000008000ffffffffffffffffffffffff0000000000010017800000040000000180000a020800800014010600000400180000000000000010000000020000000000000000 \
  050e00400000001200000000000000000000000000000000ff03000000008000ffffffffffffffffffffffff000000000001000c800000040000000100000000 \
  0512002800000016001000000000000000000007ffffffffffffffff001fff010001000400000000 \
  0512002800000016001000000000000000000007ffffffffffffffff001fff020001000400000000
watch OpenFlow10 watch:
ovs-ofctl add-flow br0 "priority=9,in_port=1,hard_timeout=1,actions=drop"
sleep 3
unwatch

# A watcher that does not read: what it knew and what it heard later come to what there is.
for version in OpenFlow10 OpenFlow14; do
  watch $version watch:
  ctl ofctl/barrier
  ctl ofctl/block
  seq 0 5999 | sed 's/.*/add priority=&,in_port=1,actions=2/' | ovs-ofctl add-flows br0 -
  seq 0 5999 | sed 's/.*/delete_strict priority=&,in_port=1/' | ovs-ofctl add-flows br0 -
  seq 1 20 | sed 's/.*/add table=&,in_port=1,actions=2/' | ovs-ofctl add-flows br0 -
  ovs-ofctl mod-flows br0 priority=77,tcp,actions=2
  ctl ofctl/unblock
  until_true 20 grep -qi resumed seen
  ctl ofctl/barrier
  unwatch >said
  grep -ciE 'paused|event=PAUSED' said
  grep -ciE 'resumed|event=RESUMED' said
  python3 - said <<'END'
import re, sys
flows = {}
for line in open(sys.argv[1]):
    found = re.match(r' event=(ADDED|INITIAL|MODIFIED|DELETED) (?:reason=\S+ )?(table=\d+) cookie=\S+ (.*?)(?: ?actions=(.*))?$', line)
    if not found: continue
    event, table, match, actions = found.groups()
    if event == "DELETED": flows.pop((table, match), None)
    else: flows[table, match] = actions
for flow in sorted(flows): print(*flow, flows[flow])
END
done
