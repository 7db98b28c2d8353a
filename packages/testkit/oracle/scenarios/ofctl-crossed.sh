# Each ovs-ofctl drives each switch: the reference's ours, ours the reference's. On the reference's side of this scenario
# there is nothing to run: what it prints is what must come out.
COMMANDS=(
  "dump-flows BR" "dump-tables BR" "get-frags BR"
  "add-flow BR priority=5,tcp,nw_dst=10.0.0.0/8,actions=mod_vlan_vid:9,output:1"
  "-O OpenFlow13 add-flow BR table=3,ip6,reg1=7,actions=set_field:1->ip_dscp,goto_table:7"
  "-O OpenFlow15 --bundle add-flow BR in_port=1,actions=resubmit(,3),learn(table=4,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])"
  "add-flow BR actions=bogus" "-O OpenFlow13 add-flow BR ip,actions=group:9"
  "-O OpenFlow13 add-group BR group_id=1,type=select,bucket=weight:3,actions=output:1,bucket=actions=output:2"
  "-O OpenFlow13 add-meter BR meter=1,kbps,burst,band=type=drop,rate=1000,burst_size=50"
  "-O OpenFlow13 dump-groups BR" "-O OpenFlow13 dump-meters BR" "-O OpenFlow13 dump-flows BR" "-O OpenFlow14 dump-flows BR"
  "-O OpenFlow15 dump-flows BR table=3" "dump-aggregate BR tcp" "del-flows BR tcp" "--strict del-flows BR priority=5,udp"
  "dump-flows BR" "-O OpenFlow11 dump-desc BR"
)
if [ "$SIDE" = ref ]; then
  for command in "${COMMANDS[@]}"; do echo "same: $command"; done
  return 0
fi
for tool in ovs-ofctl ovs-vsctl ovs-vswitchd ovsdb-server ovsdb-tool ovs-appctl; do
  umount "$(PATH=/usr/bin:/usr/sbin realpath "$(PATH=/usr/bin:/usr/sbin command -v $tool)")"
done
theirs() {
  OVS_RUNDIR="$WORK/theirs" OVS_LOGDIR="$WORK/theirs" OVS_DBDIR="$WORK/theirs" PATH=/usr/bin:/usr/sbin:/bin:/sbin "$@"
}
mkdir "$WORK/theirs"
start_switch --enable-dummy=override >/dev/null 2>&1
theirs bash -c '. "$ORACLE/prelude.sh"; SCHEMA=/usr/share/openvswitch/vswitch.ovsschema; start_switch --enable-dummy=override' >/dev/null 2>&1
versions=OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15
for bridge in bra brb; do
  for where in "" theirs; do
    $where ovs-vsctl add-br $bridge -- set bridge $bridge datapath_type=dummy protocols=$versions
  done
done
ours=$(command -v ovs-ofctl)
# drive PROGRAM FOLDER BRIDGE COMMAND...
drive() {
  local program=$1 folder=$2 bridge=$3
  shift 3
  OVS_RUNDIR="$folder" "$program" "${@/BR/$bridge}" 2>&1 |
    sed -E -e "s/$bridge/BR/g" -e 's/(duration|idle_age|hard_age)=[0-9.]+s?,? ?//g' -e 's/[0-9T:.-]+Z\|/Z|/'
}
for command in "${COMMANDS[@]}"; do
  drive /usr/bin/ovs-ofctl "$WORK/theirs" bra $command >1
  drive "$ours" "$WORK/theirs" brb $command >2
  drive /usr/bin/ovs-ofctl "$OVS_RUNDIR" bra $command >3
  drive "$ours" "$OVS_RUNDIR" brb $command >4
  if cmp -s 1 2 && cmp -s 1 3 && cmp -s 1 4; then echo "same: $command"; else diff 1 2; diff 1 3; diff 1 4; fi
done
for daemon in ovs-vswitchd ovsdb-server; do kill "$(cat "$WORK/theirs/$daemon.pid")"; done
