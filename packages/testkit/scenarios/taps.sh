# A tap as a virtual machine uses it: the machine's end is a process that reads and writes frames. And what the database
# says of devices: statistics that move, speed, duplex and driver.
no_ipv6
start_switch
lab_host h1 10.0.0.1/24 02:00:00:00:00:01
ip tuntap add dev vnet0 mode tap
ip link set vnet0 up
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev -- add-port br0 h10 -- add-port br0 vnet0
column() { [ "$(ovs-vsctl get interface "$1" "$2" | tr -d '"')" = "$3" ]; }
holds "a tap that somebody else made is a port" column vnet0 error '[]'
holds "without a machine it has no carrier" column vnet0 link_state down

cat >machine.py <<'PY'
# A machine of one address: answers ARP and ICMP echo at the tap, until it is ended.
import fcntl, os, struct, sys
name, mac, address = sys.argv[1], bytes.fromhex(sys.argv[2].replace(":", "")), bytes(map(int, sys.argv[3].split(".")))
fd = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH22x", name.encode(), 0x0002 | 0x1000))
while True:
    frame = os.read(fd, 65535)
    if frame[12:14] == b"\x08\x06" and frame[20:22] == b"\x00\x01" and frame[38:42] == address:
        os.write(fd, frame[6:12] + mac + frame[12:20] + b"\x00\x02" + mac + address + frame[22:32])
    elif frame[12:14] == b"\x08\x00" and frame[23] == 1 and frame[34] == 8 and frame[30:34] == address:
        total = frame[36] * 256 + frame[37] + 0x800
        total = (total & 0xFFFF) + (total >> 16)
        os.write(fd, frame[6:12] + mac + frame[12:26] + address + frame[26:30] + b"\x00\x00" + struct.pack("!H", total) + frame[38:])
PY
python3 machine.py vnet0 02:00:00:00:00:99 10.0.0.99 &
machine=$!
soon "with its machine it has" 5 column vnet0 link_state up
soon "the machine answers through the switch" 5 ping_from h1 10.0.0.99
shows "the switch learned where it is" '02:00:00:00:00:99' ovs-appctl fdb/show br0
ovs-vsctl set port vnet0 tag=7
soon "in another VLAN it cannot be reached" 5 sh -c '! ip netns exec h1 ping -c 1 -W 1 10.0.0.99'
ovs-vsctl set port h10 tag=7
soon "in the same it can" 5 ping_from h1 10.0.0.99
kill $machine
wait $machine 2>/dev/null
soon "a machine that ends takes the carrier along" 5 column vnet0 link_state down
python3 machine.py vnet0 02:00:00:00:00:99 10.0.0.99 &
machine=$!
soon "and starts again" 10 ping_from h1 10.0.0.99

holds "driver and speed of a tap" column vnet0 status '{driver_name=tun, driver_version=1.6, firmware_version=}'
holds "and of a veth" column h10 status '{driver_name=veth, driver_version=1.0, firmware_version=}'
for device in vnet0 h10; do
  holds "link_speed of $device" column $device link_speed 10000000000
  holds "duplex of $device" column $device duplex full
done
counter() { ovs-vsctl get interface "$1" "statistics:$2"; }
for device in h10 vnet0; do
  before=$(counter $device rx_packets)
  ip netns exec h1 ping -c 5 -i 0.1 -W 1 10.0.0.99 >/dev/null
  soon "statistics of $device move within 6 seconds" 6 sh -c "[ \"\$(ovs-vsctl get interface $device statistics:rx_packets)\" -ge $((before + 5)) ]"
done
kill $machine

ovs-vsctl add-port br0 own -- set interface own type=tap
holds "a tap that the switch makes" ip link show own
ovs-vsctl del-port br0 own
holds "goes with its port" sh -c '! ip link show own'
ovs-vsctl del-port br0 vnet0
holds "one that somebody else made stays" ip link show vnet0
