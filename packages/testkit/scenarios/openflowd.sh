# A switch without a database: ovs-openflowd, asked by ovs-ofctl, steered by controllers, on real devices and on dummies.
# seconds: 20
no_ipv6
lab_host h1 10.0.0.1/24
lab_host h2 10.0.0.2/24
run() { ovs-openflowd --detach --no-chdir --pidfile --log-file -vconsole:off "$@"; }
end() { stop ovs-openflowd; }
mgmt=$OVS_RUNDIR/br0.mgmt

holds "a learning switch of two devices" run --ports=h10,h20 --datapath-id=00000000deadbeef --mfr-desc=Maker \
  --hw-desc=Hardware --sw-desc=Software --serial-desc=Serial --dp-desc=Here netdev@br0
soon "passes packets by itself" 5 ping_from h1 10.0.0.2
shows "tells its identity" 'dpid:00000000deadbeef' ovs-ofctl show br0
shows "its ports" '\(h20\)' ovs-ofctl show "unix:$mgmt"
shows "and its descriptions" 'Manufacturer: Maker' ovs-ofctl dump-desc br0
shows "all of them" 'Serial Num: Serial' ovs-ofctl dump-desc br0
shows "the DP description too" 'DP Description: Here' ovs-ofctl dump-desc br0
holds "the command line's flows" ovs-ofctl add-flow br0 priority=5,arp,actions=drop
ip -n h1 neigh flush all
fails "work" 1 '100% packet loss' ping_from h1 10.0.0.2
shows "and count" 'n_packets=[1-9]' ovs-ofctl dump-flows br0 arp
holds "and go" ovs-ofctl del-flows br0
holds "and others come" ovs-ofctl add-flow br0 actions=normal
soon "again" 5 ping_from h1 10.0.0.2
shows "the control socket answers" 'dp_hash|netdev@|br0' ovs-appctl -t ovs-openflowd dpif/show
shows "shows addresses" 'LOCAL|[0-9]' ovs-appctl -t ovs-openflowd fdb/show br0
shows "and traces" 'actions:NORMAL|NORMAL' ovs-appctl -t ovs-openflowd ofproto/trace br0 in_port=1
holds "the local port is a device" ip link show br0
holds "it ends" end
holds "with all that it made" sh -c '! ip link show br0 2>/dev/null && ! ls "$OVS_RUNDIR" | grep -e br0 -e openflowd'

# controllers, fail modes
run --fail=secure --ports=h10,h20 --max-backoff=1 --inactivity-probe=5 --out-of-band netdev@br0 tcp:127.0.0.1:6653
fails "secure: nothing passes without a controller" 1 '100% packet loss' ping_from h1 10.0.0.2
ovs-controller --detach --pidfile --no-chdir -vconsole:off ptcp:6653:127.0.0.1
soon "with one it does" 10 ping_from h1 10.0.0.2
shows "by the controller's flows" 'idle_timeout=60' ovs-ofctl dump-flows br0
kill "$(cat "$OVS_RUNDIR/ovs-controller.pid")"
end
run --ports=h10,h20 --max-backoff=1 --inactivity-probe=5 netdev@br0 tcp:127.0.0.1:6653
soon "standalone: goes on by itself when none comes" 30 ping_from h1 10.0.0.2
end

# where it listens
run --listen=ptcp:7001:127.0.0.1 --snoop=none --rate-limit --burst-limit=10 --max-idle=permanent netdev@br0 "unix:$WORK/nobody"
soon "a listener of the command line" 5 ovs-ofctl show tcp:127.0.0.1:7001
holds "in place of the files" sh -c '! ls "$OVS_RUNDIR" | grep -e mgmt -e snoop'
end
run --listen="punix:$WORK/mine" --snoop="punix:$WORK/snoop" netdev@br0
soon "a file of the command line" 5 ovs-ofctl show "unix:$WORK/mine"
holds "and one to snoop" test -S "$WORK/snoop"
end
run --listen=none netdev@br0
holds "none" sh -c '! ls "$OVS_RUNDIR" | grep mgmt'
end

# dummies
run --enable-dummy --ports=p1,p2 dummy@br0
shows "dummies are ports" '2\(p2\)' ovs-ofctl show br0
shows "and carry packets" 'Datapath actions: 2' ovs-appctl -t ovs-openflowd ofproto/trace br0 in_port=p1,dl_dst=ff:ff:ff:ff:ff:ff
end

# bad input
fails "no datapath" 1 'at least one non-option argument' ovs-openflowd
fails "no such type" 1 'could not open datapath nosuch@br0' ovs-openflowd -vconsole:off nosuch@br0
fails "no name" 1 'not the name of a datapath' ovs-openflowd netdev@
fails "no controller's method" 1 'must be tcp:, ssl: or unix:' ovs-openflowd netdev@br0 nosuch:1
for option in --datapath-id=12 --datapath-id=0000000000000000 --fail=open --inactivity-probe=4 --max-idle=0 --max-idle=x \
  --max-backoff=0 --rate-limit=99 --burst-limit=0 --serial-desc=12345678901234567890123456789012; do
  fails "$option" 1 'argument' ovs-openflowd $option netdev@br0
done
fails "discovery" 1 'controllers are not discovered' ovs-openflowd --accept-vconn='tcp:.*' br0
fails "NetFlow" 1 'NetFlow is not written yet' ovs-openflowd --netflow=127.0.0.1:5 br0
shows "--help" 'switch without a database' ovs-openflowd --help
shows "--version" 'ovs-openflowd .Open vSwitch. 3.1.0' ovs-openflowd --version
