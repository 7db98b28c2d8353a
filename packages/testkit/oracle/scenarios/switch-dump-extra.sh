# dpctl/dump-flows -m: the units of a key that a flow's mask covers
start_switch --enable-dummy=override
keep_asking
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure
for i in 1 2; do ovs-vsctl add-port br0 p$i -- set interface p$i type=dummy ofport_request=$i; done
T() { ovs-ofctl del-flows br0;  ovs-ofctl add-flow br0 "$1,actions=2";  ovs-appctl netdev-dummy/receive p1 "in_port(1),eth(src=02:00:00:00:00:02,dst=02:00:00:00:00:01),$2" ; echo "$1 / $2";  ovs-appctl dpctl/dump-flows -m | sed 's/ufid:[^,]*,//;s/.*dp-extra/dp-extra/' ; ovs-appctl revalidator/purge; }
x='eth_type(0x1234)'
ip='eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=6,tos=0,ttl=64,frag=no),tcp(src=80,dst=81)'
ic='eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=1,tos=0,ttl=64,frag=no),icmp(type=8,code=0)'
i6='eth_type(0x86dd),ipv6(src=fe80::1,dst=fe80::2,label=0,proto=58,tclass=0,hlimit=255,frag=no),icmpv6(type=135,code=0),nd(target=fe80::3)'
arp='eth_type(0x0806),arp(sip=1.2.3.4,tip=5.6.7.8,op=1,sha=00:00:00:00:00:01,tha=00:00:00:00:00:02)'
mp='eth_type(0x8847),mpls(label=100,tc=0,ttl=64,bos=1)'
v='eth_type(0x8100),vlan(vid=5,pcp=1),encap(eth_type(0x1234))'
T in_port=1 "$x"
T dl_src=02:00:00:00:00:02 "$x"
T dl_dst=02:00:00:00:00:01 "$x"
T dl_vlan=5 "$v"
T in_port=1 "$v"
T in_port=1 "$ip"
T ip,nw_src=1.2.3.4 "$ip"
T tcp "$ip"
T tcp,tp_src=80 "$ip"
T tcp,tcp_flags=0/1 "$ip"
T icmp "$ic"
T icmp,icmp_type=8 "$ic"
T in_port=1 "$i6"
T ipv6,ipv6_src=fe80::1 "$i6"
T ipv6,ipv6_src=fe80::/16 "$i6"
T ipv6,ipv6_dst=fe80::2 "$i6"
T icmp6,icmp_type=135,nd_target=fe80::3 "$i6"
T in_port=1 "$arp"
T arp,arp_sha=00:00:00:00:00:01 "$arp"
T arp,arp_tha=00:00:00:00:00:02 "$arp"
T arp,arp_spa=1.2.3.4 "$arp"
T in_port=1 "$mp"
T mpls,mpls_label=100 "$mp"
T ct_state=-trk "$x"
T ct_mark=0 "$x"
T ct_zone=0 "$x"
T ct_label=0 "$x"
T pkt_mark=0 "$x"
T tun_id=0 "$x"
T ct_state=-trk,ip,nw_ttl=64 "$ip"
