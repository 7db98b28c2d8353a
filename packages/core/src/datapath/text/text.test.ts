import { describe, expect, it } from "vitest";
import { formatActions, formatDatapathFlow, formatFlowDump, parseActions, parseDatapathFlow } from "#datapath";
import { parseFlow } from "#flow";

const NAMES = ["", "p1", "p2", "p3"];
const nameOf = (port: number) => NAMES[port] || undefined;
const numberOf = (name: string) => (NAMES.indexOf(name) > 0 ? NAMES.indexOf(name) : undefined);

// Flows given to Open vSwitch 3.1's `dpctl/add-flow`, as `dpctl/dump-flows` and `dump-flows -m` show them.
describe("a datapath flow", () => {
  // biome-ignore format: a table
  it.each<[string, string, string | undefined]>([
    ["in_port(1),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=6,tos=0,ttl=64,frag=no),tcp(src=80,dst=90),tcp_flags(0x12)", "recirc_id(0),in_port(1),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=6,tos=0,ttl=64,frag=no),tcp(src=80,dst=90),tcp_flags(syn|ack)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p1),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=6,tos=0,ttl=64,frag=no),tcp(src=80,dst=90),tcp_flags(syn|ack)"],
    ["in_port(1),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4/255.255.0.0,dst=5.6.7.8/0.0.0.0,proto=6/0xff,tos=0/0xfc,ttl=64/0,frag=no),tcp(src=80/0xfff0,dst=90/0),tcp_flags(+syn-ack)", "recirc_id(0),in_port(1),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4/255.255.0.0,proto=6,tos=0/0xfc,frag=no),tcp(src=80/0xfff0),tcp_flags(+syn-ack)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p1),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4/255.255.0.0,dst=5.6.7.8/0.0.0.0,proto=6,tos=0/0xfc,ttl=64/0,frag=no),tcp(src=80/0xfff0,dst=90/0),tcp_flags(+syn-ack)"],
    ["in_port(1),eth(),eth_type(0x0800),ipv4(frag=later)", "recirc_id(0),in_port(1),eth(),eth_type(0x0800),ipv4(frag=later)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p1),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:00/00:00:00:00:00:00,dst=00:00:00:00:00:00/00:00:00:00:00:00),eth_type(0x0800),ipv4(src=0.0.0.0/0.0.0.0,dst=0.0.0.0/0.0.0.0,proto=0/0,tos=0/0,ttl=0/0,frag=later)"],
    ["in_port(1),eth_type(0x1234)", "recirc_id(0),in_port(1),eth_type(0x1234)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p1),packet_type(ns=1/0,id=0x1234/0),eth_type(0x1234)"],
    ["recirc_id(0x5),in_port(2),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0806),arp(sip=1.2.3.4,tip=5.6.7.8,op=1,sha=00:00:00:00:00:01,tha=00:00:00:00:00:02)", "recirc_id(0x5),in_port(2),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0806),arp(sip=1.2.3.4,tip=5.6.7.8,op=1,sha=00:00:00:00:00:01,tha=00:00:00:00:00:02)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0x5),dp_hash(0/0),in_port(p2),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0806),arp(sip=1.2.3.4,tip=5.6.7.8,op=1,sha=00:00:00:00:00:01,tha=00:00:00:00:00:02)"],
    ["in_port(2),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8035),arp(sip=1.2.3.4,tip=5.6.7.8,op=3,sha=00:00:00:00:00:01,tha=00:00:00:00:00:02)", "recirc_id(0),in_port(2),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8035),arp(sip=1.2.3.4,tip=5.6.7.8,op=3,sha=00:00:00:00:00:01,tha=00:00:00:00:00:02)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p2),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8035),arp(sip=1.2.3.4,tip=5.6.7.8,op=3,sha=00:00:00:00:00:01,tha=00:00:00:00:00:02)"],
    ["in_port(2),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8100),vlan(vid=10,pcp=3),encap(eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=1,tos=3,ttl=64,frag=first),icmp(type=8,code=0))", "recirc_id(0),in_port(2),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8100),vlan(vid=10,pcp=3),encap(eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=1,tos=0x3,ttl=64,frag=first),icmp(type=8,code=0))", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p2),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8100),vlan(vid=10,pcp=3),encap(eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=1,tos=0x3,ttl=64,frag=first),icmp(type=8,code=0))"],
    ["in_port(2),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8100),vlan(vid=10/0x0,pcp=3/0x7,cfi=1),encap(eth_type(0x0800),ipv4(frag=no))", "recirc_id(0),in_port(2),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8100),vlan(vid=10/0x0,pcp=3),encap(eth_type(0x0800),ipv4(frag=no))", undefined],
    ["in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x86dd),ipv6(src=::1,dst=fe80::2,label=0x5,proto=58,tclass=0,hlimit=128,frag=no),icmpv6(type=135,code=0),nd(target=::5,sll=00:00:00:00:00:09,tll=00:00:00:00:00:0a)", "recirc_id(0),in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x86dd),ipv6(src=::1,dst=fe80::2,label=0x5,proto=58,tclass=0,hlimit=128,frag=no),icmpv6(type=135,code=0),nd(target=::5,sll=00:00:00:00:00:09,tll=00:00:00:00:00:0a)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p3),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x86dd),ipv6(src=::1,dst=fe80::2,label=0x5,proto=58,tclass=0,hlimit=128,frag=no),icmpv6(type=135,code=0),nd(target=::5,sll=00:00:00:00:00:09,tll=00:00:00:00:00:0a)"],
    ["in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x86dd),ipv6(src=::1,dst=fe80::2,label=0,proto=58,tclass=0,hlimit=128,frag=no),icmpv6(type=128,code=0)", "recirc_id(0),in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x86dd),ipv6(src=::1,dst=fe80::2,label=0,proto=58,tclass=0,hlimit=128,frag=no),icmpv6(type=128,code=0)", undefined],
    ["in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x86dd),ipv6(src=::1,dst=fe80::2,label=0,proto=44,tclass=0,hlimit=128,frag=later)", "recirc_id(0),in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x86dd),ipv6(src=::1,dst=fe80::2,label=0,proto=44,tclass=0,hlimit=128,frag=later)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p3),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x86dd),ipv6(src=::1,dst=fe80::2,label=0,proto=44,tclass=0,hlimit=128,frag=later)"],
    ["in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8847),mpls(label=100,tc=3,ttl=64,bos=1)", "recirc_id(0),in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8847),mpls(label=100,tc=3,ttl=64,bos=1)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p3),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8847),mpls(label=100,tc=3,ttl=64,bos=1)"],
    ["in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8847),mpls(label=100/0xff,tc=3/0,ttl=64/0xff,bos=1/1)", "recirc_id(0),in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8847),mpls(label=100/0xff,tc=3/0,ttl=64/0xff,bos=1/1)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p3),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x8847),mpls(label=100/0xff,tc=3/0,ttl=64/0xff,bos=1/1)"],
    ["in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=132,tos=0,ttl=64,frag=no),sctp(src=80,dst=90)", "recirc_id(0),in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=132,tos=0,ttl=64,frag=no),sctp(src=80,dst=90)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p3),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=132,tos=0,ttl=64,frag=no),sctp(src=80,dst=90)"],
    ["in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=2,tos=0,ttl=64,frag=no)", "recirc_id(0),in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=2,tos=0,ttl=64,frag=no)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p3),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=1.2.3.4,dst=5.6.7.8,proto=2,tos=0,ttl=64,frag=no)"],
    ["skb_priority(0x5),skb_mark(0x7),ct_state(+new+trk),ct_zone(5),ct_mark(0x6),ct_label(0x77),recirc_id(0x9),dp_hash(0x4),in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(frag=no)", "skb_priority(0x5),skb_mark(0x7),ct_state(+new+trk),ct_zone(0x5),ct_mark(0x6),ct_label(0x77),recirc_id(0x9),dp_hash(0x4),in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(frag=no)", "skb_priority(0x5),skb_mark(0x7),ct_state(0x21/0x21),ct_zone(0x5),ct_mark(0x6),ct_label(0x77),recirc_id(0x9),dp_hash(0x4),in_port(p3),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=0.0.0.0/0.0.0.0,dst=0.0.0.0/0.0.0.0,proto=0/0,tos=0/0,ttl=0/0,frag=no)"],
    ["skb_priority(0x5/0xf),skb_mark(0x7/0xf),ct_state(0x21/0x23),ct_zone(5/0xff),ct_mark(0x6/0xff),ct_label(0x77/0xff),recirc_id(0x9),dp_hash(0x4/0xf),in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(frag=no)", "skb_priority(0x5/0xf),skb_mark(0x7/0xf),ct_state(+new-est+trk),ct_zone(0x5/0xff),ct_mark(0x6/0xff),ct_label(0x77/0xff),recirc_id(0x9),dp_hash(0x4/0xf),in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(frag=no)", "skb_priority(0x5/0xf),skb_mark(0x7/0xf),ct_state(0x21/0x23),ct_zone(0x5/0xff),ct_mark(0x6/0xff),ct_label(0x77/0xff),recirc_id(0x9),dp_hash(0x4/0xf),in_port(p3),packet_type(ns=0/0,id=0/0),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0800),ipv4(src=0.0.0.0/0.0.0.0,dst=0.0.0.0/0.0.0.0,proto=0/0,tos=0/0,ttl=0/0,frag=no)"],
    ["ct_state(+est+trk),ct_tuple4(src=1.2.3.4,dst=5.6.7.8,proto=6,tp_src=1,tp_dst=2),recirc_id(0x9),in_port(3),eth_type(0x0800),ipv4(frag=no)", "ct_state(+est+trk),ct_tuple4(src=1.2.3.4,dst=5.6.7.8,proto=6,tp_src=1,tp_dst=2),recirc_id(0x9),in_port(3),eth_type(0x0800),ipv4(frag=no)", "skb_priority(0/0),skb_mark(0/0),ct_state(0x22/0x22),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),ct_tuple4(src=1.2.3.4,dst=5.6.7.8,proto=6,tp_src=1,tp_dst=2),recirc_id(0x9),dp_hash(0/0),in_port(p3),packet_type(ns=1/0,id=0x800/0),eth_type(0x0800),ipv4(src=0.0.0.0/0.0.0.0,dst=0.0.0.0/0.0.0.0,proto=0/0,tos=0/0,ttl=0/0,frag=no)"],
    ["ct_state(+est+trk),ct_tuple6(src=::1,dst=::2,proto=6,tp_src=1,tp_dst=2),recirc_id(0x9),in_port(3),eth_type(0x86dd),ipv6(frag=no)", "ct_state(+est+trk),ct_tuple6(src=::1,dst=::2,proto=6,src_port=1,dst_port=2),recirc_id(0x9),in_port(3),eth_type(0x86dd),ipv6(frag=no)", "skb_priority(0/0),skb_mark(0/0),ct_state(0x22/0x22),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),ct_tuple6(src=::1,dst=::2,proto=6,src_port=1,dst_port=2),recirc_id(0x9),dp_hash(0/0),in_port(p3),packet_type(ns=1/0,id=0x86dd/0),eth_type(0x86dd),ipv6(src=::/::,dst=::/::,label=0/0,proto=0/0,tclass=0/0,hlimit=0/0,frag=no)"],
    ["tunnel(tun_id=0x7b,src=1.1.1.1,dst=2.2.2.2,tos=0x1,ttl=64,flags(df|csum|key)),in_port(3),eth_type(0x0800),ipv4(frag=no)", "tunnel(tun_id=0x7b,src=1.1.1.1,dst=2.2.2.2,tos=0x1,ttl=64,flags(df|csum|key)),recirc_id(0),in_port(3),eth_type(0x0800),ipv4(frag=no)", "skb_priority(0/0),tunnel(tun_id=0x7b,src=1.1.1.1,dst=2.2.2.2,tos=0x1,ttl=64,flags(df|csum|key)),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p3),packet_type(ns=1/0,id=0x800/0),eth_type(0x0800),ipv4(src=0.0.0.0/0.0.0.0,dst=0.0.0.0/0.0.0.0,proto=0/0,tos=0/0,ttl=0/0,frag=no)"],
    ["tunnel(tun_id=0x7b,ipv6_src=::1,ipv6_dst=::2,tos=0x0,ttl=64,flags(oam|key)),in_port(3),eth_type(0x0800),ipv4(frag=no)", "tunnel(tun_id=0x7b,ipv6_src=::1,ipv6_dst=::2,ttl=64,flags(oam|key)),recirc_id(0),in_port(3),eth_type(0x0800),ipv4(frag=no)", "skb_priority(0/0),tunnel(tun_id=0x7b,ipv6_src=::1,ipv6_dst=::2,ttl=64,flags(oam|key)),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p3),packet_type(ns=1/0,id=0x800/0),eth_type(0x0800),ipv4(src=0.0.0.0/0.0.0.0,dst=0.0.0.0/0.0.0.0,proto=0/0,tos=0/0,ttl=0/0,frag=no)"],
    ["tunnel(tun_id=0x7b,src=1.1.1.1,dst=2.2.2.2,ttl=64,vxlan(gbp(id=5,flags=0x8)),flags(key)),in_port(3),eth_type(0x0800),ipv4(frag=no)", "tunnel(tun_id=0x7b,src=1.1.1.1,dst=2.2.2.2,ttl=64,vxlan(gbp(id=5,flags=0x8)),flags(key)),recirc_id(0),in_port(3),eth_type(0x0800),ipv4(frag=no)", undefined],
    ["tunnel(tun_id=0x7b,src=1.1.1.1,dst=2.2.2.2,ttl=64,gtpu(flags=0x30,msgtype=255),flags(key)),in_port(3),eth_type(0x0800),ipv4(frag=no)", "tunnel(tun_id=0x7b,src=1.1.1.1,dst=2.2.2.2,ttl=64,gtpu(flags=0x30,msgtype=255),flags(key)),recirc_id(0),in_port(3),eth_type(0x0800),ipv4(frag=no)", "skb_priority(0/0),tunnel(tun_id=0x7b,src=1.1.1.1,dst=2.2.2.2,ttl=64,gtpu(flags=0x30,msgtype=255),flags(key)),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p3),packet_type(ns=1/0,id=0x800/0),eth_type(0x0800),ipv4(src=0.0.0.0/0.0.0.0,dst=0.0.0.0/0.0.0.0,proto=0/0,tos=0/0,ttl=0/0,frag=no)"],
    ["in_port(3),packet_type(ns=1,id=0x800),eth_type(0x0800),ipv4(frag=no)", "recirc_id(0),in_port(3),packet_type(ns=1,id=0x800),eth_type(0x0800),ipv4(frag=no)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p3),packet_type(ns=1,id=0x800),eth_type(0x0800),ipv4(src=0.0.0.0/0.0.0.0,dst=0.0.0.0/0.0.0.0,proto=0/0,tos=0/0,ttl=0/0,frag=no)"],
    ["in_port(3),packet_type(ns=0,id=0),eth_type(0x0800),ipv4(frag=no)", "recirc_id(0),in_port(3),packet_type(ns=1,id=0x800),eth_type(0x0800),ipv4(frag=no)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p3),packet_type(ns=1,id=0x800),eth_type(0x0800),ipv4(src=0.0.0.0/0.0.0.0,dst=0.0.0.0/0.0.0.0,proto=0/0,tos=0/0,ttl=0/0,frag=no)"],
    ["in_port(p1),eth_type(0x0800),ipv4(frag=no)", "recirc_id(0),in_port(1),eth_type(0x0800),ipv4(frag=no)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p1),packet_type(ns=1/0,id=0x800/0),eth_type(0x0800),ipv4(src=0.0.0.0/0.0.0.0,dst=0.0.0.0/0.0.0.0,proto=0/0,tos=0/0,ttl=0/0,frag=no)"],
    ["in_port(9),eth_type(0x0800),ipv4(frag=no)", "recirc_id(0),in_port(9),eth_type(0x0800),ipv4(frag=no)", undefined],
    ["in_port(1),eth_type(0x0800),ipv4(src=1.2.3.4)", "recirc_id(0),in_port(1),eth_type(0x0800),ipv4(src=1.2.3.4)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p1),packet_type(ns=1/0,id=0x800/0),eth_type(0x0800),ipv4(src=1.2.3.4,dst=0.0.0.0/0.0.0.0,proto=0/0,tos=0/0,ttl=0/0)"],
    ["in_port(1) eth_type(0x0800) ipv4(frag=no)", "recirc_id(0),in_port(1),eth_type(0x0800),ipv4(frag=no)", "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p1),packet_type(ns=1/0,id=0x800/0),eth_type(0x0800),ipv4(src=0.0.0.0/0.0.0.0,dst=0.0.0.0/0.0.0.0,proto=0/0,tos=0/0,ttl=0/0,frag=no)"],
  ])("%s", (text, short, long) => {
    const { key, mask } = parseDatapathFlow(text, numberOf);
    expect(formatDatapathFlow(key, mask)).toBe(short);
    if (long !== undefined) expect(formatDatapathFlow(key, mask, { verbose: true, names: nameOf })).toBe(long);
  });

  it.each([
    [
      "in_port(2),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x0806),arp(sip=1.2.3.4/24,tip=5.6.7.8/255.0.0.0,op=1/0xff,sha=00:00:00:00:00:01/ff:ff:ff:00:00:00)",
      "syntax error at arp(sip=1.2.3.4/24,tip=5.6.7.8/255.0.0.0,op=1/0xff,sha=00:00:00:00:00:01/ff:ff:ff:00:00:00)",
    ],
    [
      "in_port(3),eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),eth_type(0x86dd),ipv6(src=::1/ffff::,dst=fe80::2/64,label=0/0x5,proto=58/0xff,tclass=0/3,hlimit=128,frag=no),icmpv6(type=135/0xff,code=0/0x0),nd(target=::5/::,sll=00:00:00:00:00:09)",
      "syntax error at ipv6(src=::1/ffff::,dst=fe80::2/64,label=0/0x5,proto=58/0xff,tclass=0/3,hlimit=128,frag=no),icmpv6(type=135/0xff,code=0/0x0),nd(target=::5/::,sll=00:00:00:00:00:09)",
    ],
    [
      "tunnel(tun_id=0x7b/0xff,src=1.1.1.1/24,dst=2.2.2.2,tos=0x1/0xff,ttl=64/0,tp_src=5,tp_dst=6,flags(+df-csum+key)),in_port(3),eth_type(0x0800),ipv4(frag=no)",
      "syntax error at tunnel(tun_id=0x7b/0xff,src=1.1.1.1/24,dst=2.2.2.2,tos=0x1/0xff,ttl=64/0,tp_src=5,tp_dst=6,flags(+df-csum+key)),in_port(3),eth_type(0x0800),ipv4(frag=no)",
    ],
    ["in_port(1),foo(5)", "syntax error at foo(5)"],
    ["in_port(1),eth(src=zz)", "syntax error at eth(src=zz)"],
    ["in_port(1),eth_type(0x0800),ipv4(src=1.2.3.4", "syntax error at ipv4(src=1.2.3.4"],
    ["in_port(1),eth_type(0x0800),ipv4(frag=bad)", "syntax error at ipv4(frag=bad)"],
    ["in_port(zz)", "syntax error at in_port(zz)"],
  ])("%s is refused", (text, message) => {
    expect(() => parseDatapathFlow(text)).toThrow(message);
  });

  it("shows a flow of frames without Ethertype", () => {
    const key = parseFlow("in_port=1,dl_type=0x05ff,dl_src=00:00:00:00:00:02");
    const { mask } = parseDatapathFlow("in_port(1),packet_type(ns=0,id=0),eth_type(0x0800)");
    expect(formatDatapathFlow(key, mask)).toBe("recirc_id(0),in_port(1),packet_type(ns=0,id=0),eth_type(0/0xffff)");
  });

  it("shows a dump's line", () => {
    const { key, mask } = parseDatapathFlow("in_port(1),packet_type(ns=0,id=0),eth(),eth_type(0x1234)");
    const flow = {
      ufid: "028661f8ce534412948a5b1cf16a0560",
      key,
      mask,
      actions: parseActions("2,3"),
      stats: { packets: 31n, octets: 1591n, used: 1000, tcpFlags: 0x12 },
    };
    expect(formatFlowDump(flow, { now: 2032 })).toBe(
      "recirc_id(0),in_port(1),packet_type(ns=0,id=0),eth_type(0x1234), packets:31, bytes:1591, used:1.032s, flags:S., actions:2,3",
    );
    expect(formatFlowDump({ ...flow, actions: [] }, { now: 2032, more: true, names: nameOf })).toBe(
      "ufid:028661f8-ce53-4412-948a-5b1cf16a0560, skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),dp_hash(0/0),in_port(p1),packet_type(ns=0,id=0),eth(src=00:00:00:00:00:00/00:00:00:00:00:00,dst=00:00:00:00:00:00/00:00:00:00:00:00),eth_type(0x1234), packets:31, bytes:1591, used:1.032s, flags:S., dp:ovs, actions:drop, dp-extra-info:miniflow_bits(2,0)",
    );
  });
});

// Actions given to `dpctl/parse-actions`, and its answer.
describe("datapath actions", () => {
  // biome-ignore format: a table
  it.each([
    ["drop", "drop"],
    ["1", "1"],
    ["", "drop"],
    ["userspace(pid=0,slow_path(action))", "userspace(pid=0,slow_path(action))"],
    ["userspace(pid=5,sFlow(vid=9,pcp=7,output=10))", "userspace(pid=5,sFlow(vid=9,pcp=7,output=10))"],
    ["userspace(pid=5,flow_sample(probability=123,collector_set_id=1234,obs_domain_id=2345,obs_point_id=3456,output_port=10))", "userspace(pid=5,flow_sample(probability=123,collector_set_id=1234,obs_domain_id=2345,obs_point_id=3456,output_port=10))"],
    ["userspace(pid=5,flow_sample(probability=123,collector_set_id=1234,obs_domain_id=2345,obs_point_id=3456,output_port=10,egress))", "userspace(pid=5,flow_sample(probability=123,collector_set_id=1234,obs_domain_id=2345,obs_point_id=3456,output_port=10,egress))"],
    ["userspace(pid=5,ipfix(output_port=10))", "userspace(pid=5,ipfix(output_port=10))"],
    ["userspace(pid=5,controller(reason=1,dont_send=0,continuation=1,recirc_id=4444,rule_cookie=0x5555,controller_id=0,max_len=65535))", "userspace(pid=5,controller(reason=1,dont_send=0,continuation=1,recirc_id=4444,rule_cookie=0x5555,controller_id=0,max_len=65535))"],
    ["userspace(pid=5,controller(reason=1,dont_send=1,continuation=0,recirc_id=4444,rule_cookie=0x5555,controller_id=0,max_len=65535),actions)", "userspace(pid=5,controller(reason=1,dont_send=1,continuation=0,recirc_id=4444,rule_cookie=0x5555,controller_id=0,max_len=65535),actions)"],
    ["userspace(pid=5,slow_path(action),tunnel_out_port=10)", "userspace(pid=5,slow_path(action),tunnel_out_port=10)"],
    ["userspace(pid=5,slow_path(action),actions,tunnel_out_port=10)", "userspace(pid=5,slow_path(action),actions,tunnel_out_port=10)"],
    ["set(eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02))", "set(eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02))"],
    ["set(eth(src=00:00:00:00:00:01/ff:ff:ff:00:00:00,dst=00:00:00:00:00:02))", "set(eth(src=00:00:00:00:00:01/ff:ff:ff:00:00:00,dst=00:00:00:00:00:02))"],
    ["set(eth(dst=00:00:00:00:00:02))", "set(eth(dst=00:00:00:00:00:02))"],
    ["set(ipv4(src=1.2.3.4,dst=5.6.7.8,proto=6,tos=0,ttl=64,frag=no))", "set(ipv4(src=1.2.3.4,dst=5.6.7.8,proto=6,tos=0,ttl=64,frag=no))"],
    ["set(ipv4(src=1.2.3.4))", "set(ipv4(src=1.2.3.4))"],
    ["set(ipv4(tos=0x4/0xfc,ttl=3))", "set(ipv4(tos=0x4/0xfc,ttl=3))"],
    ["set(ipv6(src=::1,label=0x5))", "set(ipv6(src=::1,label=0x5))"],
    ["set(tcp(src=5))", "set(tcp(src=5))"],
    ["set(tcp(src=5,dst=6))", "set(tcp(src=5,dst=6))"],
    ["set(udp(dst=6/0xff))", "set(udp(dst=6/0xff))"],
    ["set(sctp(dst=6))", "set(sctp(dst=6))"],
    ["set(icmp(type=5,code=6))", "set(icmp(type=5,code=6))"],
    ["set(icmpv6(type=5))", "set(icmpv6(type=5))"],
    ["set(arp(sip=1.2.3.4,op=2))", "set(arp(sip=1.2.3.4,op=2))"],
    ["set(arp(sha=00:00:00:00:00:01))", "set(arp(sha=00:00:00:00:00:01))"],
    ["set(nd(target=::1,sll=00:00:00:00:00:01))", "set(nd(target=::1,sll=00:00:00:00:00:01))"],
    ["set(mpls(label=100,tc=3,ttl=9,bos=1))", "set(mpls(label=100,tc=3,ttl=9,bos=1))"],
    ["set(mpls(label=100/0xff,tc=3/0,ttl=9/0xff,bos=1/0))", "set(mpls(label=100/0xff,tc=3/0,ttl=9/0xff,bos=1/0))"],
    ["set(skb_priority(0x5))", "set(skb_priority(0x5))"],
    ["set(skb_mark(0x5/0xf))", "set(skb_mark(0x5/0xf))"],
    ["set(skb_mark(0x5))", "set(skb_mark(0x5))"],
    ["set(tunnel(tun_id=0x7b,src=1.1.1.1,dst=2.2.2.2,tos=0x1,ttl=64,flags(df|csum|key)))", "set(tunnel(tun_id=0x7b,src=1.1.1.1,dst=2.2.2.2,tos=0x1,ttl=64,flags(df|csum|key)))"],
    ["set(tunnel(tun_id=0x7b,dst=2.2.2.2,ttl=64,tp_src=5,tp_dst=4789,flags(df|key)))", "set(tunnel(tun_id=0x7b,dst=2.2.2.2,ttl=64,tp_src=5,tp_dst=4789,flags(df|key)))"],
    ["set(tunnel(tun_id=0x7b,dst=2.2.2.2,ttl=64,vxlan(gbp(id=5,flags=0x8)),flags(df|key)))", "set(tunnel(tun_id=0x7b,dst=2.2.2.2,ttl=64,vxlan(gbp(id=5,flags=0x8)),flags(df|key)))"],
    ["set(tunnel(tun_id=0x7b,ipv6_dst=::1,ttl=64,flags(key)))", "set(tunnel(tun_id=0x7b,ipv6_dst=::1,ttl=64,flags(key)))"],
    ["set(tunnel(dst=2.2.2.2,ttl=64,flags()))", "set(tunnel(dst=2.2.2.2,ttl=64,flags(0)))"],
    ["push_vlan(vid=10,pcp=0)", "push_vlan(vid=10,pcp=0)"],
    ["push_vlan(vid=10,pcp=3)", "push_vlan(vid=10,pcp=3)"],
    ["push_vlan(tpid=0x88a8,vid=10,pcp=3)", "push_vlan(tpid=0x88a8,vid=10,pcp=3)"],
    ["push_vlan(vid=10,pcp=3,cfi=0)", "push_vlan(vid=10,pcp=3,cfi=0)"],
    ["push_vlan(tpid=0x9100,vid=10,pcp=3,cfi=0)", "push_vlan(tpid=0x9100,vid=10,pcp=3,cfi=0)"],
    ["pop_vlan", "pop_vlan"],
    ["recirc(5)", "recirc(0x5)"],
    ["recirc(0)", "recirc(0)"],
    ["trunc(100)", "trunc(100)"],
    ["trunc(5)", "trunc(5)"],
    ["meter(5)", "meter(5)"],
    ["sample(sample=50.0%,actions(1))", "sample(sample=50.0%,actions(1))"],
    ["sample(sample=9.7%,actions(userspace(pid=0,sFlow(vid=0,pcp=0,output=1073741825),actions)))", "sample(sample=9.7%,actions(userspace(pid=0,sFlow(vid=0,pcp=0,output=1073741825),actions)))"],
    ["clone(1)", "clone(1)"],
    ["clone(push_vlan(vid=12,pcp=0),2)", "clone(push_vlan(vid=12,pcp=0),2)"],
    ["clone(1,clone(2),3)", "clone(1,clone(2),3)"],
    ["clone()", "clone(drop)"],
    ["ct", "ct"],
    ["ct()", "ct"],
    ["ct(commit)", "ct(commit)"],
    ["ct(force_commit)", "ct(force_commit)"],
    ["ct(commit,zone=5)", "ct(commit,zone=5)"],
    ["ct(zone=5)", "ct(zone=5)"],
    ["ct(commit,zone=5,mark=0x1/0xff)", "ct(commit,zone=5,mark=0x1/0xff)"],
    ["ct(commit,mark=0x1)", "ct(commit,mark=0x1/0xffffffff)"],
    ["ct(commit,label=0x1/0xff)", "ct(commit,label=0x1/0xff)"],
    ["ct(commit,label=0x12345678123456781234567812345678)", "ct(commit,label=0x12345678123456781234567812345678)"],
    ["ct(commit,helper=ftp)", "ct(commit,helper=ftp)"],
    ["ct(commit,timeout=ovs_tp_1_tcp4)", "ct(commit,timeout=ovs_tp_1_tcp4)"],
    ["ct(commit,zone=5,mark=0x1/0xff,label=0x1/0xff,helper=ftp,timeout=x)", "ct(commit,zone=5,mark=0x1/0xff,label=0x1/0xff,helper=ftp,timeout=x)"],
    ["ct(nat)", "ct(nat)"],
    ["ct(commit,nat(src))", "ct(commit,nat(src))"],
    ["ct(commit,nat(src=10.0.0.1))", "ct(commit,nat(src=10.0.0.1))"],
    ["ct(commit,nat(src=10.0.0.1-10.0.0.9))", "ct(commit,nat(src=10.0.0.1-10.0.0.9))"],
    ["ct(commit,nat(src=10.0.0.1-10.0.0.9:5-10))", "ct(commit,nat(src=10.0.0.1-10.0.0.9:5-10))"],
    ["ct(commit,nat(dst=10.0.0.1:5))", "ct(commit,nat(dst=10.0.0.1:5))"],
    ["ct(commit,nat(dst=10.0.0.1-10.0.0.9:5-10,persistent,hash))", "ct(commit,nat(dst=10.0.0.1-10.0.0.9:5-10,persistent,hash))"],
    ["ct(commit,nat(dst=10.0.0.1:5-10,random))", "ct(commit,nat(dst=10.0.0.1:5-10,random))"],
    ["ct(commit,nat(src=fe80::1-fe80::9,hash))", "ct(commit,nat(src=fe80::1-fe80::9,hash))"],
    ["ct(commit,nat(src=[fe80::1]:5-10))", "ct(commit,nat(src=[fe80::1]:5-10))"],
    ["ct(commit,nat(src=[fe80::1]-[fe80::9]:5-10,persistent,random))", "ct(commit,nat(src=[fe80::1]-[fe80::9]:5-10,persistent,random))"],
    ["ct(nat,commit,zone=1)", "ct(commit,zone=1,nat)"],
    ["ct_clear", "ct_clear"],
    ["check_pkt_len(size=200,gt(1),le(2))", "check_pkt_len(size=200,gt(1),le(2))"],
    ["check_pkt_len(size=200,gt(drop),le(2,3))", "check_pkt_len(size=200,gt(drop),le(2,3))"],
    ["check_pkt_len(size=200,gt(check_pkt_len(size=400,gt(4),le(2))),le(drop))", "check_pkt_len(size=200,gt(check_pkt_len(size=400,gt(4),le(2))),le(drop))"],
    ["lb_output(1)", "lb_output(1)"],
    ["tnl_pop(4)", "tnl_pop(4)"],
    ["1 2", "1,2"],
    ["push_vlan(vid=10,pcp=0),1,pop_vlan,2", "push_vlan(vid=10,pcp=0),1,pop_vlan,2"],
    // printed by ofproto/trace, which parse-actions cannot read back
    ["push_mpls(label=5,tc=0,ttl=3,bos=1,eth_type=0x8847),2", "push_mpls(label=5,tc=0,ttl=3,bos=1,eth_type=0x8847),2"],
    ["pop_mpls(eth_type=0x800),2", "pop_mpls(eth_type=0x800),2"],
    ["hash(sym_l4(0)),recirc(0xa)", "hash(sym_l4(0)),recirc(0xa)"],
    ["pop_eth,push_eth(src=00:00:00:00:00:00,dst=00:00:00:00:00:00),2", "pop_eth,push_eth(src=00:00:00:00:00:00,dst=00:00:00:00:00:00),2"],
  ])("%s", (text, shown) => {
    expect(formatActions(parseActions(text))).toBe(shown);
  });

  it.each(["foo", "1,foo", "set(eth(", "push_vlan(vid=zz)", "1)", "ct(bogus)", "userspace(pid=1)"])(
    "%s is refused",
    (text) => {
      expect(() => parseActions(text)).toThrow();
    },
  );

  it("names ports where it can", () => {
    expect(formatActions(parseActions("p1,2,9", numberOf), nameOf)).toBe("p1,p2,9");
  });
});
