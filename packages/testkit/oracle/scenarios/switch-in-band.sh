# In-band control: hidden flows that let a switch reach its controllers and managers through itself.
# ours: stream_ssl|ERR|Private key must be configured to use SSL
# ours: stream_ssl|ERR|Certificate must be configured to use SSL
# ours: stream_ssl|ERR|CA certificate must be configured to use SSL
# ours: rconn|WARN|brN<->ssl:N.N.N.N:N: connection failed (Protocol not available)
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy other-config:hwaddr=02:00:00:00:00:01 fail_mode=secure -- \
  add-port br0 p1 -- set interface p1 type=dummy ofport_request=1
lines() { ovs-appctl bridge/dump-flows br0 | grep -c NORMAL; }
# shows WHAT COUNT: when so many hidden flows are there, all of them, and what OpenFlow sees.
shows() {
  echo "== $1"
  until_true 10 test_lines "$2"
  ovs-appctl bridge/dump-flows br0 | sed 's/duration=[0-9]*s/duration=Xs/' | grep -v table_id=254 | sort
  ovs-ofctl dump-aggregate br0 | grep -o 'flow_count=.*'
}
test_lines() { [ "$(lines)" = "$1" ]; }
shows "no controller" 0
ovs-vsctl set-controller br0 tcp:192.0.2.1:6653
shows "one" 7
ovs-vsctl set-controller br0 tcp:192.0.2.1:6653 tcp:192.0.2.2 unix:$OVS_RUNDIR/nobody ssl:192.0.2.1:6655 tcp:[2001:db8::1]:6653
shows "some, two at one address" 13
ovs-ofctl del-flows br0
ovs-ofctl add-flow br0 priority=5,actions=drop
shows "flows of controllers beside them" 13
echo "== a packet of the controller, and one of nobody"
ovs-appctl ofproto/trace br0 in_port=p1,tcp,nw_src=192.0.2.1,tp_src=6653 | grep -E '^ *[0-9]+\. |Datapath actions'
ovs-appctl ofproto/trace br0 in_port=p1,tcp,nw_src=192.0.2.1,tp_src=6654 | grep -E '^ *[0-9]+\. |Datapath actions'
echo "== an answer of DHCP comes to the switch, whatever flows say"
ovs-appctl ofproto/trace br0 in_port=p1,udp,nw_src=192.0.2.9,udp_src=67,udp_dst=68
ovs-appctl ofproto/trace br0 in_port=p1,udp,nw_src=192.0.2.9,udp_src=67,udp_dst=69 | grep 'Datapath actions'
ovs-vsctl set-controller br0 tcp:192.0.2.1:6653 -- set controller br0 connection_mode=out-of-band
shows "out of band" 0
ovs-appctl ofproto/trace br0 in_port=p1,udp,nw_src=192.0.2.9,udp_src=67,udp_dst=68 | grep 'Datapath actions'
ovs-vsctl set controller br0 connection_mode=in-band -- set bridge br0 other-config:in-band-queue=7
shows "with a queue" 7
ovs-vsctl set bridge br0 other-config:in-band-queue=-3
shows "with a queue that is none" 7
ovs-vsctl set bridge br0 other-config:disable-in-band=true
shows "disabled" 0
ovs-vsctl remove bridge br0 other-config disable-in-band
shows "enabled again" 7
ovs-vsctl set-manager tcp:192.0.2.77 ssl:192.0.2.78:7777 ptcp:6640:127.0.0.1
shows "managers too" 15
for manager in $(ovs-vsctl --bare --columns=_uuid find manager 'target="tcp:192.0.2.77"'); do
  ovs-vsctl set manager $manager connection_mode=out-of-band
done
shows "one of them out of band" 11
ovs-vsctl del-controller br0
shows "managers alone" 7
ovs-vsctl set-fail-mode br0 standalone
shows "standalone" 8
ovs-vsctl del-manager
shows "nobody" 1
grep -oE 'in_band\|.*' "$OVS_LOGDIR/ovs-vswitchd.log" | sort -u
