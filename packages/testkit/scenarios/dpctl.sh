# Datapaths by hand, as the init scripts of 2010 set them up: ovs-dpctl makes one, gives it ports and flows, and packets go.
no_ipv6
start_switch
lab_host h1 10.0.0.1/24 02:00:00:00:00:01
lab_host h2 10.0.0.2/24 02:00:00:00:00:02
ip netns exec h1 ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev eth0
ip netns exec h2 ip neigh add 10.0.0.1 lladdr 02:00:00:00:00:01 dev eth0
exists() { ip link show "$1" >/dev/null 2>&1; }
gone() { ! exists "$1"; }

for type in netdev system; do
  dp=$type@dp0
  holds "$type: add-dp" ovs-dpctl add-dp $dp h10
  holds "$type: its local port is a device" exists dp0
  ip link set h20 down
  holds "$type: add-if" ovs-dpctl add-if $dp h20,port_no=5 tap9,type=tap
  holds "$type: add-if sets the device up" sh -c 'ip link show h20 | grep -q "[<,]UP"'
  holds "$type: a tap is made" exists tap9
  fails "$type: a device that is not there" 1 '^ovs-dpctl: nosuch: failed to open network device \(No such device\)$' \
    ovs-dpctl add-if $dp nosuch
  fails "$type: a number that is taken" 1 '^ovs-dpctl: adding lo9 to .* failed \(Device or resource busy\)$' \
    sh -c "ip link add lo9 type veth peer name lo8; ovs-dpctl add-if $dp lo9,port_no=5"
  shows "$type: show" '^  port 5: h20$' ovs-dpctl show $dp
  holds "$type: set-if" ovs-dpctl set-if $dp h20,type=system,port_no=5
  shows "$type: dump-dps" "^$dp\$" ovs-dpctl dump-dps
  holds "$type: nothing passes without flows" sh -c '! ip netns exec h1 ping -c 1 -W 1 10.0.0.2'
  printf '%s\n' 'in_port(1),eth(),eth_type(0x0800),ipv4() 5' 'in_port(5),eth(),eth_type(0x0800),ipv4() 1' >flows
  holds "$type: add-flows from a file of the caller's" ovs-dpctl add-flows flows
  soon "$type: with them it does" 5 ping_from h1 10.0.0.2
  shows "$type: and is counted" 'in_port\(5\).*packets:[1-9].*actions:1' ovs-dpctl dump-flows
  holds "$type: mod-flows from standard input" sh -c 'sed s/[15]$/drop/ flows | ovs-dpctl mod-flows -'
  holds "$type: drops" sh -c '! ip netns exec h1 ping -c 1 -W 1 10.0.0.2'
  fails "$type: a line that makes no sense" 0 '^ovs-dpctl: Failed parsing line number 1, skipped!$' \
    sh -c 'echo foo | ovs-dpctl add-flows -'
  fails "$type: a file that is not there" 0 '^ovs-dpctl: Opening file "nosuch" failed \(No such file or directory\)$' \
    ovs-dpctl del-flows nosuch
  holds "$type: del-flows" ovs-dpctl del-flows $dp
  shows "$type: show -s" 'RX packets:[1-9]' ovs-dpctl show -s
  holds "$type: del-if" ovs-dpctl del-if $dp tap9 5
  holds "$type: the tap went with its port" gone tap9
  holds "$type: other devices stay" exists h20
  holds "$type: del-dp" ovs-dpctl del-dp $dp
  holds "$type: the local port went with it" gone dp0
  ip link del lo9
done
fails "none is left" 1 '^ovs-dpctl: no datapaths exist$' ovs-dpctl dump-flows

holds "one for the end" ovs-dpctl add-dp netdev@dp1
stop ovs-vswitchd
holds "it goes with the daemon" gone dp1
