# Flows put into a datapath by hand, one at a time, in a datapath where nobody revalidates them.
start_switch --enable-dummy=override >/dev/null 2>&1
a() { try ovs-appctl "dpctl/$@"; }
sorted() { echo "\$ $*"; ovs-appctl "dpctl/$@" 2>&1 | sort; }
a add-flow 'in_port(1),eth(),eth_type(0x0800),ipv4()' 2
a add-dp dummy@d1 p1 p2
IP='eth(),eth_type(0x0800),ipv4'
a add-flow x
a add-flow x y
a add-flow 'in_port(1)' y
a add-flow "in_port(1),$IP(" 2
a add-flow "in_port(1),$IP()" p2
a add-flow "in_port(px),$IP()" 2
a add-flow "in_port(p1),$IP()" 2
a add-flow "in_port(1),$IP()" 2
a add-flow -s "in_port(2),$IP()" drop
a add-flow --may-create "in_port(2),$IP()" drop
a add-flow --clear dummy@d1 'in_port(2),eth(),eth_type(0x0806),arp()'
a add-flow --clear 'in_port(2),eth(),eth_type(0x0806),arp()' drop
a add-flow dummy@nosuch "in_port(3),$IP()" drop
a add-flow "in_port(1),$IP()" 2 3 4
for flow in 'in_port(1)' 'eth()' 'in_port(1),eth(),eth_type(0x0800)' "in_port(4),$IP(proto=6)" \
  "in_port(4),$IP(proto=6),udp()" 'in_port(6),eth(),eth_type(0x8100),vlan(vid=3,pcp=0)' \
  "in_port(4),$IP(src=1.1.0.0/16)"; do a add-flow "$flow" 2; done
a add-flow 'in_port(1),eth(),eth_type(0x0900)' 2
a add-flow "in_port(4),$IP(src=1.1.0.0/255.255.0.0)" 2
a add-flow "in_port(4),$IP(src=1.1.1.0/255.255.0.0)" 2
a add-flow "recirc_id(1),in_port(4),$IP(src=1.1.0.0/255.255.0.0)" 2
a add-flow 'in_port(6),eth(),eth_type(0x8100),vlan(vid=3,pcp=0),encap(eth_type(0x0800),ipv4())' 'pop_vlan,2'
a add-flow "ufid:00000000-0000-0000-0000-00000000000,in_port(7),$IP()" 2
a add-flow "ufid:00000000-0000-0000-0000-000000000007 in_port(7),$IP()" 2
sorted dump-flows
a mod-flow "in_port(4),$IP(src=1.1.9.9)" 7
a mod-flow -s "in_port(9),$IP()" 7
a mod-flow --may-create "in_port(9),$IP()" 7
a mod-flow --clear "in_port(9),$IP()" 8
a mod-flow -s --clear "in_port(9),$IP()" 8
sorted dump-flows --names
a del-flow
a del-flow x
a del-flow "in_port(4),$IP(src=1.1.9.9)"
a del-flow -s "in_port(9),$IP(src=0.0.0.0/0.0.0.0)"
a del-flow dummy@nosuch "in_port(9),$IP()"
a del-flow ufid:00000000-0000-0000-0000-000000000007
a del-flow ufid:00000000-0000-0000-0000-000000000007
a del-flows dummy@d1
a del-flows
a dump-flows
