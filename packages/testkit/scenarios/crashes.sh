# kill -9 of either daemon at any moment: what was committed is there afterwards, and traffic flows.
no_ipv6
start_switch
lab_host h1 10.0.0.1/24
lab_host h2 10.0.0.2/24
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev -- add-port br0 h10 -- add-port br0 h20
ip addr add 10.0.0.254/24 dev br0
ip link set br0 up
ip route add 192.0.2.0/24 via 10.0.0.1
soon "packets pass" 5 ping_from h1 10.0.0.2

restart_db() {
  ovsdb-server --detach --no-chdir --pidfile --log-file -vconsole:off --remote="punix:$OVS_RUNDIR/db.sock" "$OVS_DBDIR/conf.db"
}
restart_switch() { ovs-vswitchd --detach --no-chdir --pidfile --log-file -vconsole:off "unix:$OVS_RUNDIR/db.sock"; }

for round in 1 2 3 4 5; do
  # Commits run while the server dies; the last that was acknowledged must have survived.
  (n=0; while ovs-vsctl --no-wait -t 2 set bridge br0 external-ids:n=$((n + 1)) 2>/dev/null; do n=$((n + 1)); echo $n >acknowledged; done) &
  sleep 0.$((RANDOM % 8 + 2))
  kill -9 "$(cat "$OVS_RUNDIR/ovsdb-server.pid")"
  wait $!
  holds "round $round: packets pass without a database" ping_from h1 10.0.0.2
  restart_db || failures=$((failures + 1))
  found=$(ovs-vsctl --no-wait get bridge br0 external-ids:n | tr -d '"')
  holds "round $round: commit $(cat acknowledged) survived (found $found)" test "$found" -ge "$(cat acknowledged)"
done

# What the server keeps in memory alone is told to it again: after so many losses, some 8 s may pass before the next try.
for column in link_state mtu statistics; do
  soon "the new server knows $column" 15 sh -c "ovs-vsctl --no-wait get interface h10 $column | grep -q '[a-z0-9]'"
done

for round in 1 2 3; do
  kill -9 "$(cat "$OVS_RUNDIR/ovs-vswitchd.pid")"
  holds "round $round: the local port keeps its address" sh -c 'ip addr show br0 | grep -q 10.0.0.254/24'
  restart_switch || failures=$((failures + 1))
  soon "round $round: packets pass again" 5 ping_from h1 10.0.0.2
  soon "round $round: and to the host" 5 ping_from h1 10.0.0.254
done
holds "the route over the bridge is there" sh -c 'ip route | grep -q "192.0.2.0/24 via 10.0.0.1 dev br0"'

# A port deleted while the daemon is dead is not left behind.
ovs-vsctl add-port br0 int1 -- set interface int1 type=internal
kill -9 "$(cat "$OVS_RUNDIR/ovs-vswitchd.pid")"
ovs-vsctl --no-wait del-port br0 int1
restart_switch
soon "a device whose port went meanwhile is removed" 5 sh -c '! ip link show int1'
printf 'torn' >>"$OVS_DBDIR/conf.db"
kill -9 "$(cat "$OVS_RUNDIR/ovsdb-server.pid")"
restart_db
holds "a torn record at the end of the file costs nothing" ovs-vsctl --no-wait get bridge br0 external-ids:n
