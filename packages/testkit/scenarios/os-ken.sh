# Debian's os-ken, somebody else's controller: a learning switch in OpenFlow 1.0 and 1.3 on our bridge.
no_ipv6
start_switch
lab_host h1 10.0.0.1/24
lab_host h2 10.0.0.2/24
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev fail_mode=secure other-config:datapath-id=00000000000000a1 \
  -- add-port br0 h10 -- add-port br0 h20
connected() { [ "$(ovs-vsctl get controller br0 is_connected)" = true ]; }
told() { grep -qE -- "$1" "$WORK/os-ken.log"; }
flows() { ovs-ofctl -O OpenFlow13 --no-stats --no-names dump-flows br0; }
# learns VERSION PROTOCOL PORT: the application is there, hosts reach each other, and flows of its making carry them.
learns() {
  local version=$1 protocol=$2 port=$3 pid
  VERSION=$version PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 /usr/bin/osken-manager --ofp-listen-host 127.0.0.1 \
    --ofp-tcp-listen-port "$port" --nouse-stderr --log-file "$WORK/os-ken.log" "$ROOT/packages/testkit/scenarios/os-ken-switch.py" >/dev/null 2>os-ken.err &
  pid=$!
  ovs-vsctl set bridge br0 protocols=OpenFlow10,OpenFlow13 -- set-controller br0 "tcp:127.0.0.1:$port" -- set controller br0 max_backoff=1000 connection_mode=out-of-band
  soon "$version: os-ken takes the switch" 20 connected
  soon "$version: it reads our features" 10 told 'features 00000000000000a1 tables=254'
  soon "$version: and our description" 10 told 'description Nicira, Inc.'
  fails "$version: the first packets are answered" 0 ' 0% packet loss' ip netns exec h1 ping -c 3 -i 0.2 -W 2 10.0.0.2
  soon "$version: a flow to h2 is there" 5 sh -c "ovs-ofctl -O OpenFlow13 --no-names dump-flows br0 | grep -qE 'n_packets=[1-9][0-9]*.*priority=7,in_port=1,dl_dst=.* actions=output:2'"
  soon "$version: and one back" 5 sh -c "ovs-ofctl -O OpenFlow13 --no-names dump-flows br0 | grep -qE 'priority=7,in_port=2,dl_dst=.* actions=output:1'"
  ovs-vsctl --may-exist add-port br0 "new$version" -- set interface "new$version" type=internal
  soon "$version: it hears of a new port" 10 told "port new$version reason=0"
  ovs-ofctl -O "$protocol" --strict del-flows br0 "priority=7,in_port=1,dl_dst=$(flows | sed -nE 's/.*in_port=1,dl_dst=([0-9a-f:]+).*/\1/p')"
  soon "$version: and of a flow that went" 10 told 'removed priority=7 packets=[1-9]'
  holds "$version: it is told of no error" sh -c '! grep -E "error type|Traceback" "$WORK/os-ken.log" os-ken.err'
  [ "$version" = 1.0 ] || for line in 'ports 4' 'tables [1-9]' 'meters 1' 'groups 0xf' 'role 2 epoch 1'; do
    soon "$version: it is told: $line" 10 told "$line"
  done
  ovs-vsctl del-controller br0
  kill "$pid"
  wait "$pid" 2>/dev/null
  mv "$WORK/os-ken.log" "$WORK/os-ken-$version.log"
  ovs-ofctl -O OpenFlow13 del-flows br0
}
learns 1.0 OpenFlow10 6653
learns 1.3 OpenFlow13 6654
