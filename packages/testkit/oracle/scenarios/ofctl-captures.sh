# Packets composed and taken apart, and OpenFlow read out of a capture.
for flow in tcp 'tcp,nw_src=1.2.3.4,nw_dst=5.6.7.8,tp_src=80,tp_dst=81' 'in_port=1,udp' 'arp,arp_op=1,vlan_tci=0x1005' \
  icmp6,icmp_type=135 sctp,tp_src=4 mpls,mpls_label=4 dl_type=0x1234 udp6,ipv6_src=::1 foo; do
  try ovs-ofctl compose-packet "$flow" 616263
done
try ovs-ofctl compose-packet tcp zz
ovs-ofctl --pcap compose-packet udp >one.pcap
cut -c1-16 <<<"$(xxd -p one.pcap | head -1)"
try ovs-ofctl parse-pcap one.pcap
try ovs-ofctl parse-pcap nothing.pcap
echo no capture at all, but longer than a header >text
try ovs-ofctl parse-pcap text
try ovs-ofctl ofp-parse-pcap text
printf '\x50\x54\0\0\0\2\x50\x54\0\0\0\1\x08\x06' | try ovs-ofctl parse-packet
python3 - <<'END'
import struct
def ip(src, dst, payload):
    head = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), 1, 0, 64, 6, 0, bytes(map(int, src.split('.'))), bytes(map(int, dst.split('.'))))
    return b'\x50\x54\0\0\0\2\x50\x54\0\0\0\1\x08\0' + head + payload
def tcp(source, destination, sequence, data, flags=0x18):
    return struct.pack('>HHIIBBHHH', source, destination, sequence, 0, 0x50, flags, 100, 0, 0) + data
a, b = '10.0.0.1', '10.0.0.2'
hello, echo, ask = (bytes.fromhex(h) for h in ('0400000800000001', '0402000800000002', '0405000800000003'))
packets = [ip(a, b, tcp(4000, 6653, 99, b'', 2)), ip(b, a, tcp(6653, 4000, 499, b'', 0x12)),
           ip(a, b, tcp(4000, 6653, 100, hello + echo[:3])), ip(b, a, tcp(6653, 4000, 500, hello)),
           ip(a, b, tcp(4000, 6653, 111, echo[3:] + ask)), ip(a, b, tcp(4000, 6653, 124, b'', 0x11)),
           ip(a, b, tcp(4001, 6633, 100, hello)), ip(a, b, tcp(4002, 7777, 100, hello))]
with open('openflow.pcap', 'wb') as f:
    f.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    for i, p in enumerate(packets):
        f.write(struct.pack('<IIII', 1700000000 + i, 123000 * i, len(p), len(p)) + p)
END
try ovs-ofctl parse-pcap openflow.pcap
try ovs-ofctl ofp-parse-pcap openflow.pcap
try ovs-ofctl --timestamp ofp-parse-pcap openflow.pcap 7777
