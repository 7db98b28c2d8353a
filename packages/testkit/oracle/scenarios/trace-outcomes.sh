# traces to their end: packets that come round again, actions of a packet-out, limits of depth
start_switch --enable-dummy=override
keep_asking
# one port after the other, so that the datapath numbers them alike
for n in 0 1 2; do
  ovs-vsctl add-br br$n -- set bridge br$n datapath_type=dummy fail_mode=secure other_config:hwaddr=aa:5$n:aa:55:00:00
  for p in 1 2; do ovs-vsctl add-port br$n p$n$p -- set interface p$n$p type=dummy ofport_request=$p; done
done
ovs-ofctl add-flows br0 - <<'.'
table=0,ip,actions=ct(table=1)
table=1,ct_state=+new+trk,ip,actions=ct(commit,zone=5,exec(set_field:7->ct_mark),table=2),2
table=1,ct_state=+est+trk,ip,actions=ct(nat,table=2)
table=1,ct_state=+inv+trk,ip,actions=drop
table=2,ct_mark=7,actions=output:2
table=2,actions=ct_clear,resubmit(,3)
table=3,ct_state=-trk,actions=output:1,output:2
.
# tracked packets come round again with the states that --ct-next says, and with a new number in each trace
for next in '' 'trk,new' 'trk est' 'trk|est|rpl' 'trk,inv' 'trk,rel,new'; do
  ovs-appctl ofproto/trace br0 in_port=1,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64 ${next:+--ct-next "$next"}
done
ovs-appctl ofproto/trace br0 in_port=1,tcp --ct-next trk,est --ct-next trk,new
ovs-appctl ofproto/trace br0 in_port=1,udp6,ipv6_src=::1
ovs-appctl ofproto/trace br0 in_port=1,arp

# how deep resubmits and groups may go, and what is said when they go deeper
ovs-ofctl -O OpenFlow13 add-group br1 group_id=1,type=all,bucket=actions=group:1
ovs-ofctl -O OpenFlow13 add-group br1 group_id=2,type=all,bucket=actions=resubmit\(,9\)
{
  echo table=0,in_port=1,actions=resubmit\(,0\)
  echo table=0,in_port=2,actions=resubmit\(1,1\)
  for t in 1 2 3 4 5 6 7; do r="resubmit(,$((t + 1)))"; echo "table=$t,actions=$r,$r,$r,$r,$r"; done
  echo table=9,actions=group:2
} | ovs-ofctl -O OpenFlow13 add-flows br1 -
for port in 1 2; do
  ovs-appctl ofproto/trace br1 in_port=$port,tcp >trace
  tail -8 trace
  grep -c . trace
done
ovs-appctl netdev-dummy/receive p11 'in_port(1),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x1234)'
settle 0.1
ovs-appctl coverage/read-counter drop_action_recursion_too_deep
for actions in group:1 'resubmit(,9)' 'push:NXM_NX_REG0[],pop:NXM_NX_REG1[],pop:NXM_NX_REG2[],2'; do
  ovs-appctl ofproto/trace-packet-out br1 in_port=1,tcp "$actions" | tail -8
done
ovs-appctl ofproto/trace-packet-out br1 in_port=1,mpls 'push_mpls:0x8847,push_mpls:0x8847,push_mpls:0x8847,2'

# actions of a packet-out, checked against the packet
printf '%s\n' table=0,actions=output:2 table=1,actions=controller | ovs-ofctl add-flows br2 -
ovs-ofctl -O OpenFlow13 add-group br2 group_id=1,type=all,bucket=actions=resubmit\(,1\)
while read -r flow actions; do
  echo "\$ $flow $actions"
  ovs-appctl ofproto/trace-packet-out br2 "in_port=1,$flow" "$actions" 2>&1 | sed '/^Flow: /d; /^$/d'
done <<'.'
tcp,nw_ttl=64 dec_ttl,mod_nw_src:1.2.3.4,2
tcp resubmit(,0)
udp mod_tp_dst:5,IN_PORT,controller
arp ct(commit)
tcp output(port=2,max_len=100),output(port=IN_PORT,max_len=60)
tcp enqueue:2:5,enqueue:1:1,set_queue:3,2,pop_queue,2
tcp bundle(eth_src,50,hrw,ofport,members:1,2),multipath(symmetric_l4,50,hrw,16,0,NXM_NX_REG0[0..7])
mpls,mpls_ttl=1 dec_mpls_ttl,2
tcp,nw_ttl=1 dec_ttl(1,2),2
tcp controller(pause),2
tcp output:zork
tcp clone(mod_dl_src:00:00:00:00:00:05,2),1,2
tcp controller,controller(userdata=01),controller(userdata=01),controller(userdata=02)
tcp clone(controller,2,controller),controller(id=3)
tcp6 check_pkt_larger(1500)->reg1[3],2,encap(ethernet)
tcp6 set_field:5->reg2,2,encap(ethernet)
udp,ip_frag=later set_field:5->udp_src
udp,ip_frag=first set_field:5->udp_src
udp6,ip_frag=later move:NXM_OF_UDP_SRC[]->NXM_OF_UDP_DST[]
icmp,ip_frag=later set_field:1->icmp_type
tcp group:1,controller
tcp clone(group:77)
tcp meter:5
tcp,ip_frag=first multipath(symmetric_l3l4,50,hrw,16,0,NXM_NX_REG0[0..7])
.
