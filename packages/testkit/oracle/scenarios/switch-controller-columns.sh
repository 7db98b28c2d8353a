# controller columns: what each sets, at once and at run time, and what the status columns tell
start_switch --enable-dummy=override >/dev/null 2>&1
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure other-config:disable-in-band=true other-config:datapath-id=00000000000000b2 -- add-port br0 p1 -- set interface p1 type=dummy ofport_request=1
listen() { ovs-testcontroller -vconsole:off --detach --no-chdir --pidfile="$OVS_RUNDIR/$1.pid" --unixctl="$OVS_RUNDIR/$1.ctl" punix:"$OVS_RUNDIR/$1"; }
status() { ovs-vsctl --columns=target,is_connected,role,status,other_config,max_backoff,inactivity_probe,connection_mode,controller_rate_limit,controller_burst_limit,controller_queue_size,enable_async_messages,type,local_ip,local_netmask,local_gateway list controller | sed -E 's/sec_since_(dis)?connect="[0-9]+"/sec_since_\1connect="T"/g'; }
is() { [ "$(ovs-vsctl --bare --columns=is_connected list controller | tr -s '\n' ' ')" = "$1" ]; }
has() { ovs-vsctl --bare --columns=status list controller | grep -q "$1"; }
listen c1
ovs-vsctl set-controller br0 unix:$OVS_RUNDIR/c1
until_true 10 is 'true '; until_true 10 has ACTIVE
status
t() { echo "\$ $*"; "$@"; ovs-vsctl --timeout=5 get controller br0 controller_rate_limit controller_burst_limit controller_queue_size max_backoff inactivity_probe; }
t ovs-vsctl set controller br0 controller_rate_limit=1000 controller_burst_limit=500 controller_queue_size=100
t ovs-vsctl set controller br0 controller_rate_limit=10
t ovs-vsctl set controller br0 controller_rate_limit=100 controller_burst_limit=5
t ovs-vsctl set controller br0 controller_queue_size=513
t ovs-vsctl set controller br0 max_backoff=999
t ovs-vsctl set controller br0 max_backoff=1000 inactivity_probe=0
t ovs-vsctl set controller br0 connection_mode=sideways
t ovs-vsctl set controller br0 type=service local_ip=300.1.1.1
t ovs-vsctl set controller br0 enable_async_messages=maybe
# packets that no flow matches, and packets that an action sends
until_true 10 has packet-in-miss-backlog
ovs-ofctl add-flow br0 in_port=1,dl_type=0x4321,actions=controller
for type in 0x1234 0x1234 0x4321; do ovs-appctl netdev-dummy/receive p1 "in_port(1),eth(src=50:54:00:00:00:05,dst=50:54:00:00:00:07),eth_type($type)"; done
until_true 10 has 'packet-in-action-bypassed=[1-9]'
ovs-vsctl --bare --columns=status list controller | tr ' ' '\n' | grep packet-in
ovs-vsctl clear controller br0 controller_rate_limit
gone_counts() { ! has packet-in; }
until_true 10 gone_counts
# a target at run time; one that may not be; one that nobody serves
listen c2
ovs-vsctl set controller br0 target='"unix:'$OVS_RUNDIR/c2'"'
until_true 10 is 'true '
ovs-vsctl -- add bridge br0 controller @c -- --id=@c create controller target='"punix:'$OVS_RUNDIR/extra'"' >/dev/null
try ovs-ofctl dump-desc unix:$OVS_RUNDIR/extra
ovs-vsctl --columns=target,is_connected,role list controller | sort
ovs-vsctl set-controller br0 tcp:127.0.0.1:1
until_true 10 has last_error
ovs-vsctl --columns=target,is_connected,role list controller
ovs-vsctl --bare --columns=status list controller | tr ' ' '\n' | sed 's/sec_since_[a-z]*connect=.*/SINCE/; s/state=.*/STATE/'
# no asynchronous messages where the row says so
for async in true false; do
  ovs-vsctl -- set bridge br0 controller=@c -- --id=@c create controller target="\"punix:$OVS_RUNDIR/br0.svc\"" enable_async_messages=$async >/dev/null
  until_true 5 test -S $OVS_RUNDIR/br0.svc
  ovs-ofctl monitor unix:$OVS_RUNDIR/br0.svc 65534 --detach --no-chdir --pidfile=$OVS_RUNDIR/mon.pid --unixctl=$OVS_RUNDIR/mon.ctl 2>mon.$async
  ovs-vsctl add-port br0 q$async -- set interface q$async type=dummy
  ovs-ofctl add-flow br0 in_port=1,idle_timeout=900,send_flow_rem,actions=controller
  ovs-appctl netdev-dummy/receive p1 'in_port(1),eth(src=50:54:00:00:00:05,dst=50:54:00:00:00:07),eth_type(0x1234)'
  ovs-ofctl del-flows br0
  ovs-appctl -t $OVS_RUNDIR/mon.ctl ofctl/barrier
  ovs-appctl -t $OVS_RUNDIR/mon.ctl exit
  echo "async $async:"; grep -E '^(OFPT|NXT)' mon.$async | sed -E 's/duration[0-9.]+s/durationT/; s/addr:.*//' | sort
  ovs-vsctl clear bridge br0 controller; until_true 5 test ! -e $OVS_RUNDIR/br0.svc
done
grep -E 'connmgr|bridge\|(WARN|ERR)' $OVS_LOGDIR/ovs-vswitchd.log | sed 's/^[^|]*|[0-9]*|//' | grep -v flow_mods | sort | uniq -c
for c in c1 c2; do kill "$(cat $OVS_RUNDIR/$c.pid)"; done
