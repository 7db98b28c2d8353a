# Packets out of tunnels: which port each comes in by, what matches, what is refused, and neighbours heard of.
# ours: tunnel|WARN|dropping tunnel packet marked ECN CE but is not ECN capable
start_switch --enable-dummy --disable-system >/dev/null 2>&1
keep_asking
ovs-appctl time/stop
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure other-config:hwaddr=aa:55:aa:56:00:00 \
  -- add-port br0 p0 -- set interface p0 type=dummy ofport_request=1
ovs-vsctl add-br int -- set bridge int datapath_type=dummy fail-mode=secure other-config:hwaddr=aa:55:aa:56:00:01
ovs-vsctl add-port int q0 -- set interface q0 type=dummy ofport_request=1 options:tx_pcap=q0.pcap
words=() n=10
tunnel() {
  local kind=$1 option
  shift
  n=$((n + 1))
  words+=(-- add-port int t$n -- set interface t$n "type=$kind" ofport_request=$n)
  for option; do words+=("options:$option"); done
}
tunnel vxlan remote_ip=1.1.2.92 key=123
tunnel vxlan remote_ip=2001:cafe::92 key=124
tunnel vxlan remote_ip=flow key=flow
tunnel vxlan remote_ip=1.1.2.92 key=5 local_ip=1.1.2.88
tunnel geneve remote_ip=1.1.2.92 key=123
tunnel vxlan remote_ip=1.1.2.92 key=flow
tunnel gre remote_ip=1.1.2.92
tunnel gre remote_ip=1.1.2.92 key=456
tunnel gre remote_ip=1.1.2.95 key=9
tunnel vxlan remote_ip=1.1.2.92 key=77 dst_port=8472 exts=gbp
tunnel vxlan remote_ip=1.1.2.92 key=78 dst_port=4790 exts=gpe
tunnel vxlan remote_ip=1.1.2.92 key=79 dst_port=4790 exts=gpe packet_type=legacy_l3
tunnel gre remote_ip=1.1.2.92 key=80 packet_type=legacy_l3
ovs-vsctl "${words[@]}"
ovs-appctl netdev-dummy/ip4addr br0 1.1.2.88/24
ovs-appctl netdev-dummy/ip6addr br0 2001:cafe::88/64
ovs-appctl ovs/route/add 1.1.2.92/24 br0
ovs-appctl ovs/route/add 2001:cafe::92/64 br0
ovs-ofctl add-flow br0 actions=normal
ovs-ofctl add-flow int actions=1
try ovs-appctl ofproto/trace ovs-dummy 'tunnel(tun_id=0x51,src=1.1.2.99,dst=1.1.2.88,ttl=64,flags(key)),in_port(6081),eth(),eth_type(0x1234)'
# Frames to the underlay: what, IP protocol, UDP port (0: none), payload, and words that change them.
cat >frames.py <<'PYTHON'
import struct, sys
INNER = "50540000000a50540000000908004511002a000000003f0167c00a0000010a000002080013fc00000000000102030405060708090a0b0c0d"
IP = INNER[28:]
MACS = bytes.fromhex("aa55aa560000f8bc124434b6")
def total(data, start=0):
    data += b"\0" * (len(data) % 2)
    value = start + sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while value >> 16: value = (value & 0xffff) + (value >> 16)
    return value ^ 0xffff
def four(protocol, port, payload, tos=0, source=0x0101025c, broken=False):
    data = bytes.fromhex(payload)
    if port: data = struct.pack("!HHHH", 51283, port, 8 + len(data), 0) + data
    head = struct.pack("!BBHHHBBHII", 0x45, tos, 20 + len(data), 0, 0x4000, 64, protocol, 0, source, 0x01010258)
    return MACS + b"\x08\0" + head[:10] + struct.pack("!H", total(head) ^ (9 if broken else 0)) + head[12:] + data
def six(payload):
    data = struct.pack("!HHHH", 51283, 4789, 8 + len(payload) // 2, 0) + bytes.fromhex(payload)
    ends = bytes.fromhex("2001cafe0000000000000000000000922001cafe000000000000000000000088")
    value = total(ends + struct.pack("!II", len(data), 17) + data)
    return MACS + b"\x86\xdd" + struct.pack("!IHBB", 0x60000000, len(data), 17, 64) + ends + data[:6] + struct.pack("!H", value) + data[8:]
def summed(flags, rest, inner, wrong=0):
    data = bytes.fromhex(flags + "6558" + "00000000" + rest + inner)
    return flags + "6558" + "%04x0000" % (total(data) ^ wrong) + rest + inner
rows = {
    "vxlan": four(17, 4789, "0800000000007b00" + INNER),
    "vxlan-without-flag": four(17, 4789, "0000000000007b00" + INNER),
    "vxlan-group-policy": four(17, 8472, "8808000300004d00" + INNER),
    "vxlan-reserved-bits": four(17, 4789, "0800000100007b00" + INNER),
    "vxlan-any-key": four(17, 4789, "0800000000009900" + INNER),
    "vxlan-any-end": four(17, 4789, "0800000000009900" + INNER, source=0x0101025d),
    "vxlan-local": four(17, 4789, "0800000000000500" + INNER),
    "vxlan-six": six("0800000000007c00" + INNER),
    "bad-ip-checksum": four(17, 4789, "0800000000007b00" + INNER, broken=True),
    "geneve": four(17, 6081, "0000655800007b00" + INNER),
    "geneve-control": four(17, 6081, "0080655800007b00" + INNER),
    "geneve-other-version": four(17, 6081, "4000655800007b00" + INNER),
    "geneve-other-type": four(17, 6081, "0000080000007b00" + INNER),
    "geneve-no-port": four(17, 6081, "0000655800007c00" + INNER),
    "generic-ethernet": four(17, 4790, "0c00000300004e00" + INNER),
    "generic-ip": four(17, 4790, "0c00000100004f00" + IP),
    "generic-unknown": four(17, 4790, "0c00000900004f00" + IP),
    "gre": four(47, 0, "00006558" + INNER),
    "gre-key": four(47, 0, "20006558000001c8" + INNER),
    "gre-checksum": four(47, 0, summed("a000", "000001c8", INNER)),
    "gre-bad-checksum": four(47, 0, summed("a000", "000001c8", INNER, 9)),
    "gre-numbered": four(47, 0, "30006558000001c800000005" + INNER),
    "gre-routing": four(47, 0, "40006558" + INNER),
    "gre-ip": four(47, 0, "2000080000000050" + IP),
    "congestion": four(17, 4789, "0800000000007b00" + INNER, tos=3),
    "congestion-not-able": four(17, 4789, "0800000000007b00" + INNER.replace("4511002a", "4510002a"), tos=3),
    "tos": four(17, 4789, "0800000000007b00" + INNER, tos=0xb9),
    "short": four(17, 4789, "08000000"),
}
for n, (name, frame) in enumerate(rows.items()): print(name, frame.hex().replace(INNER[:24], INNER[:22] + "%02x" % n))
PYTHON
python3 frames.py >frames
# Once to make flows, once to use them.
for round in 1 2; do
  ovs-appctl netdev-dummy/receive p0 $(cut -d' ' -f2 frames)
  ovs-appctl revalidator/wait
done
ovs-appctl dpctl/dump-flows | grep -v '^flow-dump' | sort
ovs-appctl revalidator/purge
sleep 0.1
ovs-pcap q0.pcap
ovs-ofctl dump-ports int | paste - - | grep 'rx pkts=[1-9]' | sort
ovs-appctl tnl/arp/show | sort
ovs-appctl tnl/neigh/flush
OUTER='in_port(2),eth(src=f8:bc:12:44:34:b6,dst=aa:55:aa:56:00:00)'
TUNNEL='tunnel(tun_id=0x7b,src=1.1.2.92,dst=1.1.2.88,ttl=64,tos=0x3,flags(df|key)),in_port(4789),eth(src=50:54:00:00:00:09,dst=50:54:00:00:00:0a)'
for flow in "$TUNNEL,eth_type(0x0800),ipv4(src=1.1.3.88,dst=1.1.3.112,proto=1,tos=0x1,ttl=64,frag=no)" \
  "$TUNNEL,eth_type(0x0800),ipv4(src=1.1.3.88,dst=1.1.3.112,proto=1,tos=0,ttl=64,frag=no)" "$TUNNEL,eth_type(0x1234)" \
  'tunnel(tun_id=0x50,src=1.1.2.92,dst=1.1.2.88,ttl=64,flags(df|key)),in_port(4),packet_type(ns=1,id=0x800),eth_type(0x0800),ipv4(src=1.1.3.88,dst=1.1.3.112,proto=1,tos=0,ttl=64,frag=no)' \
  "$OUTER,eth_type(0x0800),ipv4(src=1.1.2.92,dst=1.1.2.88,proto=17,tos=0,ttl=64,frag=no),udp(src=51283,dst=4789)" \
  "$OUTER,eth_type(0x0800),ipv4(src=1.1.2.92,dst=1.1.2.89,proto=17,tos=0,ttl=64,frag=no),udp(src=51283,dst=4789)" \
  "$OUTER,eth_type(0x0800),ipv4(src=1.1.2.92,dst=1.1.2.88,proto=47,tos=0,ttl=64,frag=no)" \
  "$OUTER,eth_type(0x0806),arp(sip=1.1.2.92,tip=1.1.2.88,op=2,sha=f8:bc:12:44:34:b6,tha=00:00:00:00:00:00)" \
  "$OUTER,eth_type(0x0806),arp(sip=1.1.2.92,tip=1.1.2.89,op=2,sha=f8:bc:12:44:34:b6,tha=00:00:00:00:00:00)" \
  "$OUTER,eth_type(0x0806),arp(sip=1.1.2.92,tip=1.1.2.88,op=1,sha=f8:bc:12:44:34:b6,tha=00:00:00:00:00:00)" \
  "$OUTER,eth_type(0x86dd),ipv6(src=2001:cafe::92,dst=2001:cafe::88,label=0,proto=58,tclass=0,hlimit=255,frag=no),icmpv6(type=136,code=0),nd(target=2001:cafe::92,tll=f8:bc:12:44:34:b8)"; do
  try ovs-appctl ofproto/trace ovs-dummy "$flow"
done
ovs-appctl tnl/arp/show | sort
# Replies for us are remembered, those for others are not.
ARP=eth_type\(0x0806\),arp
ovs-appctl netdev-dummy/receive p0 "$OUTER,$ARP(sip=1.1.2.92,tip=1.1.2.88,op=2,sha=f8:bc:12:44:34:b6,tha=aa:55:aa:56:00:00)"
ovs-appctl netdev-dummy/receive p0 "$OUTER,$ARP(sip=1.1.2.93,tip=1.1.2.89,op=2,sha=f8:bc:12:44:34:b7,tha=aa:55:aa:56:00:00)"
ovs-appctl netdev-dummy/receive p0 "$OUTER,$ARP(sip=1.1.2.94,tip=1.1.2.94,op=1,sha=f8:bc:12:44:34:b8,tha=00:00:00:00:00:00)"
ovs-appctl netdev-dummy/receive p0 "$OUTER,eth_type(0x86dd),ipv6(src=2001:cafe::92,dst=2001:cafe::88,label=0,proto=58,tclass=0,hlimit=255,frag=no),icmpv6(type=136,code=0),nd(target=2001:cafe::92,tll=f8:bc:12:44:34:b9)"
ovs-appctl revalidator/wait
ovs-appctl tnl/arp/show | sort
