# Actions whose text, wire form and text again are not what one would guess: masks that OpenFlow 1.0 loses, what a clone
# does to usable formats, orders and fields that only the decoder refuses.
f() { echo "> $*"; ovs-ofctl "$@" 2>&1 | sed -E 's/^[0-9TZ:.-]+\|[0-9]+\|/Z|/'; }
while IFS= read -r flow; do f parse-flow "$flow"; done <<'END'
actions=set_field:00:11:22:33:44:55/ff:ff:ff:00:00:00->eth_src
ip,actions=set_field:1.2.3.4/0.0.255.255->ip_dst,dec_ttl(0),dec_ttl(x),dec_ttl
actions=set_field:5->reg0,clone(1)
actions=push_vlan:0x8100,clone(1,2,set_field:5->reg0)
actions=clear_actions,write_actions(output:1),write_metadata:5/0xf,goto_table:5
actions=load:1->eth_type[]
actions=check_pkt_larger(100)->eth_type[1]
ip,actions=ct(zone=reg0[])
ip,actions=ct(nat(src=1.2.3.4))
actions=bundle_load(eth_src,0,hrw,ofport,members:4)
ip,actions=mod_nw_src:1.2.3
actions=set_field:1->tun_tos
reg0[0..3]=5/3,actions=drop
vlan_vid=5,actions=drop
tun_metadata0,actions=drop
END
f -O OpenFlow11 parse-flow 'tcp,actions=set_field:5/7->tcp_src,set_field:0:0:0:0:0:1/0:0:0:0:0:1->eth_src'
f -O OpenFlow12 parse-flow 'tcp,actions=set_field:5/7->tcp_src'
