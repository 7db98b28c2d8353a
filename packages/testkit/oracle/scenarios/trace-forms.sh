# the forms that a trace may be asked in, and what is said of wrong ones
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure other_config:hwaddr=aa:55:aa:55:00:00
ovs-vsctl add-port br0 p1 -- set interface p1 type=dummy ofport_request=1
ovs-vsctl add-port br0 p2 -- set interface p2 type=dummy ofport_request=2
ovs-ofctl add-flow br0 'in_port=1,ip,actions=load:1->NXM_NX_REG0[],resubmit(,1)'
ovs-ofctl add-flow br0 table=1,actions=NORMAL
packet=50540000000500000000000a08004500002800010000400600000a0000010a0000020050005100000001000000025012200000000000
t() { try ovs-appctl ofproto/trace "$@"; }
t br0 in_port=1,tcp
t br0 in_port=1,tcp -generate
t br0 in_port=p1,tcp --names
t br0 in_port=1 $packet
t br0 in_port=2,reg0=7 $packet --names
t 'in_port(1),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4,dst=4.3.2.1,proto=6,tos=0,ttl=64,frag=no),tcp(src=1,dst=2)'
t ovs-dummy 'in_port(1),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x1234)'
t dummy@ovs-dummy 'in_port(1),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x1234)'
t nowhere 'in_port(1),eth(),eth_type(0x1234)'
t 'in_port(99),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x1234)'
t br0
t br9 in_port=1
t br0 in_port=1,zork=1
t br0 in_port=1 00
t br0 in_port=1 zz
t br0 in_port=1,tcp -generate $packet
t br0 in_port=1,tcp --ct-next
t br0 in_port=1,tcp --ct-next nope
t br0 in_port=1,tcp --zork
t in_port=1,tcp
t br0 in_port=1,tp_src=5
o() { try ovs-appctl ofproto/trace-packet-out "$@"; }
o -consistent br0 in_port=1,arp mod_tp_dst:5,2
o -consistent br0 in_port=1,tcp mod_tp_dst:5,2
o br0 in_port=1,tcp TABLE
o br0 in_port=1,tcp zork
o br0 in_port=1,tcp output:zork
o br0 in_port=1,arp 'ct(commit)'
