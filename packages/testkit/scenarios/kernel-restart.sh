# Flows in the kernel go on while the daemon is killed, stopped and started again, and the next one takes them over:
# streams lose nothing. Only `exit --cleanup` ends them. A device serves one switch.
start_switch
lab_host h1 10.0.0.1/24
lab_host h2 10.0.0.2/24
ovs-vsctl add-br br0 -- add-port br0 h10 -- add-port br0 h20
soon "ping" 5 ping_from h1 10.0.0.2
if grep -q "kernel datapath is not available" "$OVS_LOGDIR/ovs-vswitchd.log"; then skip "no eBPF here"; fi
if grep -q "flows in the kernel end with this process" "$OVS_LOGDIR/ovs-vswitchd.log"; then skip "no BPF file system here"; fi
# neighbours that are asked for while nobody answers misses are another matter
for pair in h1:h2:10.0.0.2 h2:h1:10.0.0.1; do
  IFS=: read -r at of address <<<"$pair"
  ip netns exec "$at" ip neigh replace "$address" lladdr "$(ip netns exec "$of" cat /sys/class/net/eth0/address)" dev eth0 nud permanent
done

daemon() { ovs-vswitchd --detach --no-chdir --pidfile --log-file -vconsole:off "unix:$OVS_RUNDIR/db.sock"; }
gone() { ! kill -0 "$pid" 2>/dev/null; }
took_over() { grep -q "took over [1-9][0-9]* flows" "$OVS_LOGDIR/ovs-vswitchd.log"; }
ip netns exec h2 iperf3 -s -p 5201 >/dev/null 2>&1 &
tcp=$!
ip netns exec h2 iperf3 -s -p 5202 >/dev/null 2>&1 &
udp=$!
# ports 5201 and 5202
listening() { [ "$(ip netns exec h2 cat /proc/net/tcp /proc/net/tcp6 | grep -cE ":145[12] 0+:0000 0A")" = 2 ]; }
soon "both servers listen" 5 listening
# streams: TCP, 1000 datagrams and 1000 pings a second; `lost_nothing` waits for their ends
streams() {
  ip netns exec h1 iperf3 -c 10.0.0.2 -p 5202 -u -l 100 -b 800k -t 5 --json >udp.json 2>&1 &
  flows=$!
  ip netns exec h1 iperf3 -c 10.0.0.2 -p 5201 -b 200M -t 5 --json >tcp.json 2>&1 &
  flows="$flows $!"
  ip netns exec h1 ping -q -i 0.001 -c 4000 -W 2 10.0.0.2 >ping.out 2>&1 &
  flows="$flows $!"
  sleep 1.5
}
lost_nothing() {
  wait $flows
  grep -E "transmitted" ping.out
  jq -c '.error // .end.sum' udp.json
  jq -c '.error // .end.sum_received' tcp.json
  grep -q " 0% packet loss" ping.out && jq -e '.end.sum.lost_packets == 0 and .end.sum.packets > 4500' udp.json >/dev/null &&
    jq -e '.end.sum_received.bytes > 1000000' tcp.json >/dev/null
}

streams
pid=$(cat "$OVS_RUNDIR/ovs-vswitchd.pid")
kill -9 "$pid"
soon "the daemon is gone" 5 gone
sleep 1
holds "packets pass without it" ip netns exec h1 ping -q -c 3 -i 0.1 -W 1 10.0.0.2
daemon
soon "the next one takes its flows over" 5 took_over
holds "kill -9 and restart lose nothing" lost_nothing
soon "flows are the new daemon's" 5 sh -c 'ovs-appctl dpctl/dump-flows system@ovs-system | grep -q "eth_type(0x0800)"'

: >"$OVS_LOGDIR/ovs-vswitchd.log"
ovs-appctl vlog/reopen
streams
pid=$(cat "$OVS_RUNDIR/ovs-vswitchd.pid")
ovs-appctl exit
soon "the daemon stops" 5 gone
holds "packets pass when it was stopped" ip netns exec h1 ping -q -c 3 -i 0.1 -W 1 10.0.0.2
daemon
soon "and are taken over again" 5 took_over
holds "a stop and start lose nothing" lost_nothing
kill $tcp $udp

# the local port stays as it is, too
ip addr add 10.0.0.254/24 dev br0
ip link set br0 up
soon "the host's own address" 5 ping_from h1 10.0.0.254
pid=$(cat "$OVS_RUNDIR/ovs-vswitchd.pid")
ovs-appctl exit
soon "stopped once more" 5 gone
shows "the local port keeps its address" "10.0.0.254/24" ip addr show br0
daemon
soon "and answers again" 5 ping_from h1 10.0.0.254

# what changed meanwhile is seen before old flows are believed
pid=$(cat "$OVS_RUNDIR/ovs-vswitchd.pid")
ovs-appctl exit
soon "down again" 5 gone
ovs-vsctl --no-wait set port h20 tag=7
daemon
soon "a VLAN that came meanwhile isolates" 5 sh -c '! ip netns exec h1 ping -c 1 -W 1 10.0.0.2'
ovs-vsctl clear port h20 tag
soon "and is lifted" 5 ping_from h1 10.0.0.2

# another switch on this host
mkdir other
(
  export OVS_RUNDIR=$PWD/other OVS_LOGDIR=$PWD/other OVS_DBDIR=$PWD/other
  ovsdb-tool create other/conf.db "$SCHEMA"
  ovsdb-server --detach --no-chdir --pidfile --log-file -vconsole:off --remote="punix:$PWD/other/db.sock" other/conf.db
  ovs-vswitchd --detach --no-chdir --pidfile --log-file -vconsole:off "unix:$PWD/other/db.sock"
  ovs-vsctl --db="unix:$PWD/other/db.sock" --timeout=5 add-br br9 -- add-port br9 h10 2>/dev/null || :
  ovs-vsctl --db="unix:$PWD/other/db.sock" get interface h10 error >other.error
  ovs-appctl -t ovs-vswitchd exit --cleanup
  ovs-appctl -t ovsdb-server exit
)
shows "a device serves one switch" "could not add network device h10 to ofproto \(Device or resource busy\)" cat other.error
holds "which goes on" ping_from h1 10.0.0.2

pid=$(cat "$OVS_RUNDIR/ovs-vswitchd.pid")
ovs-appctl exit --cleanup
soon "exit --cleanup" 5 gone
holds "ends all" sh -c '! ip netns exec h1 ping -c 1 -W 1 10.0.0.2'
