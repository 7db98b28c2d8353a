# how each action is read and printed again, by version
p() { for v in "${@:2}"; do echo "> $v"; ovs-ofctl -O "OpenFlow$v" -vconsole:off parse-flows "$1" 2>&1; done; }
sed 's/^/tcp,actions=/' >any <<'END'
1
output(port=1,max_len=100)
output:NXM_NX_REG0[]
normal,flood,all,local,in_port
controller,controller:100,controller(reason=no_match,max_len=5)
controller(userdata=01.02.03,pause,id=7,meter_id=3)
enqueue:1:2
bundle(eth_src,50,hrw,ofport,slaves:4,8),bundle_load(symmetric_l4,1,active_backup,ofport,reg0[0..15],members:1)
group:5
mod_vlan_vid:5,mod_vlan_pcp:3
mod_vlan_vid:5,strip_vlan
mod_dl_src:00:11:22:33:44:55,mod_dl_dst:00:11:22:33:44:66
mod_nw_src:1.2.3.4,mod_nw_dst:1.2.3.5,mod_nw_tos:16,mod_nw_ecn:2,mod_nw_ttl:9,mod_tp_src:80,mod_tp_dst:81
set_field:5->reg0,set_field:0x5/0xf->reg1,set_field:7->metadata
set_field:1.2.3.4->ip_dst,set_field:80->tcp_dst,set_field:8->nw_tos
load:5->NXM_NX_REG0[0..3],load:0x123456789012345678->xxreg0[]
move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],push:reg0,pop:reg1[0..15]
dec_ttl,dec_ttl(1,2)
push_mpls:0x8847,set_mpls_label:5,set_mpls_tc:3,set_mpls_ttl:9,dec_mpls_ttl,pop_mpls:0x0800
set_tunnel:5
set_tunnel:0x123456789
set_queue:5,pop_queue
fin_timeout(idle_timeout=5,hard_timeout=10)
resubmit:5,resubmit(,5),resubmit(5,6)
learn(table=1,idle_timeout=10,NXM_OF_VLAN_TCI[0..11],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:NXM_OF_IN_PORT[]->NXM_NX_REG0[0..15],output:NXM_OF_IN_PORT[])
learn(table=2,hard_timeout=20,fin_idle_timeout=2,fin_hard_timeout=4,priority=5,cookie=0xfe,send_flow_rem,delete_learned,limit=5,result_dst=reg0[8],eth_type=0x800,nw_proto=6,tcp_dst=80,load:5->reg1[])
conjunction(1,2/3),conjunction(2,1/2)
multipath(symmetric_l3l4+udp,50,hrw,4,0,NXM_NX_REG0[])
note:01.02.03
sample(probability=123,collector_set_id=1,obs_domain_id=5,obs_point_id=6,sampling_port=3,egress)
ct(commit,force,zone=5,table=1,nat(src=1.2.3.4-1.2.3.9:10-20,random),exec(set_field:1->ct_mark),alg=ftp)
ct(commit,zone=reg0[0..15],nat(dst=1.2.3.4:80,hash,persistent),exec(load:1->NXM_NX_CT_LABEL[0..7]))
ct(nat),ct_clear
clone(set_field:5->reg0,output:1,clone(output:2)),exit
check_pkt_larger(100)->reg0[0]
drop
END
sed 's/^/tcp,actions=/' >later <<'END'
push_vlan:0x88a8,set_field:4101->vlan_vid
encap(nsh(md_type=2,tlv(0x1000,10,0x12345678)))
decap(packet_type(ns=0,type=0))
meter:5,output:1
clear_actions,write_actions(output:1,group:2),goto_table:3
write_metadata:0x5/0xf
output:1,goto_table:5
END
p any 10 11 12 13 14 15
p later 13 14 15
