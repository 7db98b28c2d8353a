# ovs-pcap and ovs-tcpundump on good and broken input.
python3 - <<'PY'
import struct
def write(name, endian, magic, packets):
    with open(name, 'wb') as out:
        out.write(struct.pack(endian + 'IHHiIII', magic, 2, 4, 0, 0, 65535, 1))
        for p in packets: out.write(struct.pack(endian + 'IIII', 1, 2, len(p), len(p)) + p)
write('a.pcap', '<', 0xa1b2c3d4, [b'\x01\x02\x03', b'\xff' * 60])
write('big.pcap', '>', 0xa1b2c3d4, [b'\x01\x02\x03'])
write('nano.pcap', '<', 0xa1b23c4d, [b'\x01\x02\x03'])
data = open('a.pcap', 'rb').read()
for name, octets in [('cut', data[:-10]), ('cut2', data[:-64]), ('empty', data[:24]), ('short', b'hel'), ('bad', b'hello world ' * 3)]:
    open(name + '.pcap', 'wb').write(octets)
PY
name() { sed -E "s#^[^ ]*/(ovs-[a-z]+)#\1#; s#usage: [^ ]*/#usage: #"; }
for file in a big nano cut cut2 empty short bad; do echo "== $file"; ovs-pcap $file.pcap 2>err; echo "-> $?"; name <err; done
for args in "" "a b" --foo -V "-V empty.pcap" -h --hel --help=x -x; do echo "== $args"; ovs-pcap $args >out 2>err; echo "-> $?"; name <out; name <err; done
for args in -V -h --bad x --help=x --ver -x; do echo "== $args"; ovs-tcpundump $args 2>&1 </dev/null | name; echo "-> ${PIPESTATUS[0]}"; done
tcpdump -r a.pcap -xx 2>/dev/null | ovs-tcpundump
tcpdump -r a.pcap -XX 2>/dev/null | ovs-tcpundump
printf '12:00 IP\n\t0x0000:  4500 0054 abcd\n\t0x0010:  01\n\njunk\n\t0x0000:  ffff ff\n\t0x0010:  00 \n' | ovs-tcpundump
printf '\t0x0010:  12\n\t0x0000: 3456\n\t0x0000:  34 5\n        0x0010: zz11\n' | ovs-tcpundump
