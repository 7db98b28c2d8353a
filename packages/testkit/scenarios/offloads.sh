# TCP, UDP and IPv6 through either datapath with the devices' default offloads: unfinished checksums and frames of
# 64 KiB must arrive as they were sent, also between a namespace and the host's own end of the bridge.
# seconds: 20
start_switch
lab_host h1 10.0.0.1/24
lab_host h2 10.0.0.2/24
for host in h1 h2; do ip -n $host addr add "fd00::${host#h}/64" dev eth0 nodad; done
head -c 50000000 /dev/urandom >sent
sum=$(sha256sum <sent)

# carry FROM TO ADDRESS: `sent` goes over TCP; what arrives must be the same. "-" is this namespace.
carry() {
  local from=$1 to=$2 address=$3
  inside() { if [ "$1" = - ]; then shift; "$@"; else ip netns exec "$@"; fi; }
  inside "$to" timeout 20 node -e '
    require("net").createServer({}, (s) => { s.pipe(require("fs").createWriteStream("got")); s.on("end", () => setTimeout(() => process.exit(), 100)); }).listen(5000, "::");' &
  sleep 0.5
  inside "$from" timeout 20 node -e 'const s = require("net").connect(5000, process.argv[1], () => require("fs").createReadStream("sent").pipe(s));' "$address"
  wait $!
  [ "$(sha256sum <got)" = "$sum" ]
}
for type in netdev system; do
  ovs-vsctl add-br br0 -- set bridge br0 datapath_type="$type" -- add-port br0 h10 -- add-port br0 h20
  soon "$type: ping" 5 ping_from h1 10.0.0.2
  soon "$type: ping over IPv6" 5 ping_from h1 fd00::2
  holds "$type: 50 MB over TCP arrive unchanged" carry h1 h2 10.0.0.2
  holds "$type: and over IPv6" carry h2 h1 fd00::1
  ip addr add 10.0.0.254/24 dev br0
  ip link set br0 up
  soon "$type: the host's address on the bridge answers" 5 ping_from h1 10.0.0.254
  holds "$type: TCP to the host" carry h1 - 10.0.0.254
  holds "$type: TCP from the host" carry - h2 10.0.0.2
  holds "$type: pings of the MTU's size" ip netns exec h1 ping -c 3 -i 0.2 -W 1 -M do -s 1472 10.0.0.2
  holds "$type: fragments" ip netns exec h1 ping -c 3 -i 0.2 -W 1 -s 6000 10.0.0.2
  ovs-vsctl set port h10 tag=5 -- set port h20 tag=5
  soon "$type: inside a VLAN" 5 ping_from h1 10.0.0.2
  holds "$type: TCP inside a VLAN" carry h1 h2 10.0.0.2
  ovs-ofctl add-flow br0 "priority=9,ip,actions=mod_nw_tos:32,normal"
  settle
  holds "$type: TCP while the switch rewrites a header" carry h1 h2 10.0.0.2
  # as a load balancer does: h1 talks to an address that is h2's by rewriting alone
  ip -n h1 neigh replace 10.0.0.99 lladdr "$(ip netns exec h2 cat /sys/class/net/eth0/address)" dev eth0
  ovs-ofctl add-flow br0 "priority=10,ip,nw_dst=10.0.0.99,actions=mod_nw_dst:10.0.0.2,normal"
  ovs-ofctl add-flow br0 "priority=10,tcp,nw_src=10.0.0.2,tp_src=5000,actions=mod_nw_src:10.0.0.99,normal"
  settle
  holds "$type: TCP while the switch rewrites addresses" carry h1 h2 10.0.0.99
  ovs-vsctl del-br br0
  # the next bridge's local port has an address of its own
  for host in h1 h2; do ip -n $host neigh flush all; done
done
