# packets in, cached flows and their counters, and the commands about upcalls and revalidation
start_switch --enable-dummy=override
# one port after the other, so that the datapath numbers them alike
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure other_config:hwaddr=aa:55:aa:55:00:00
for p in 1 2; do ovs-vsctl add-port br0 p$p -- set interface p$p type=dummy ofport_request=$p; done
printf '%s\n' in_port=1,ip,actions=2 in_port=2,actions=NORMAL | ovs-ofctl add-flows br0 -
e='eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02)'
r() { ovs-appctl netdev-dummy/receive "$@"; }
tcp() { for n in $1; do r p1 "in_port(1),$e,eth_type(0x0800),ipv4(src=1.2.3.$n,dst=4.3.2.1,proto=6,tos=0,ttl=64,frag=no),tcp(src=1,dst=2)"; done; }
flows() { ovs-appctl dpctl/dump-flows "$@" | sed 's/used:[^,]*/used:U/' | sort; }
tcp '1 2 3'
r p2 'in_port(2),eth(src=00:00:00:00:00:02,dst=00:00:00:00:00:01),eth_type(0x1234)' --len 100
r p1 "in_port(1),$e,eth_type(0x1234)"
settle 0.2
flows
ovs-appctl upcall/show | sed 's/[0-9]*ms/Nms/; s/(avg [0-9]*)/(avg N)/; s/[0-9]*: (keys/N: (keys/' | grep -v '^ *N: (keys'
ovs-ofctl dump-flows br0 | sed 's/duration=[^,]*, //; s/idle_age=[^,]*, //'
ovs-appctl revalidator/purge
flows
try ovs-appctl upcall/disable-megaflows
tcp '1 2'
settle 0.2
flows
try ovs-appctl upcall/enable-megaflows
try ovs-appctl upcall/disable-ufid
try ovs-appctl upcall/enable-ufid
try ovs-appctl upcall/set-flow-limit 10
try ovs-appctl upcall/set-flow-limit
try ovs-appctl revalidator/wait
