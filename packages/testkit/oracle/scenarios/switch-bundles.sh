# Bundles: requests out of order, by both forms; all or nothing; what they may hold; what the tools make of them.
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure \
  -- add-port br0 p1 -- set interface p1 type=dummy ofport_request=1 options:pcap=p1.pcap \
  -- add-port br0 p2 -- set interface p2 type=dummy ofport_request=2 options:pcap=p2.pcap
mac() { ovs-vsctl get interface p1 mac_in_use | tr -d '":'; }
until_true 5 test -n "$(mac)"
D() { ovs-ofctl -O OpenFlow14 --no-stats dump-flows br0 | sort; }
G() { ovs-ofctl -O OpenFlow14 dump-groups br0 | sort; }
MAC=$(mac) PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$ORACLE" python3 - <<'END'
from openflow import *
OPEN, CLOSE, COMMIT, DISCARD = 0, 2, 4, 6
def forms(version):
    if version < 5:
        control = lambda bundle, kind, flags=3, xid=None: experimenter(version, ONF, 2300, struct.pack(">IHH", bundle, kind, flags), xid)
        add = lambda bundle, inner, flags=3, xid=None: experimenter(version, ONF, 2301, struct.pack(">IHH", bundle, 0, flags) + inner, xid or struct.unpack(">I", inner[4:8])[0])
    else:
        control = lambda bundle, kind, flags=3, xid=None: message(version, 33, struct.pack(">IHH", bundle, kind, flags), xid)
        add = lambda bundle, inner, flags=3, xid=None: message(version, 34, struct.pack(">IHH", bundle, 0, flags) + inner, xid or struct.unpack(">I", inner[4:8])[0])
    return control, add
for version in (4, 5, 6):
    print("===", version)
    t = Talk(version)
    control, add = forms(version)
    flow = lambda table, **o: flow_mod(version, table=table, instructions=apply(output(2)), **o)
    t.say("close unopened", control(1, CLOSE))
    t.say("commit unopened", control(1, COMMIT))
    t.say("discard unopened", control(1, DISCARD))
    t.say("open", control(1, OPEN))
    t.say("open twice", control(1, OPEN))
    t.say("close after that", control(1, CLOSE))
    t.say("open 2", control(2, OPEN))
    t.say("close with other flags", control(2, CLOSE, 1))
    t.say("close again", control(2, CLOSE))
    t.say("open 3", control(3, OPEN))
    t.say("add", add(3, flow(1)))
    t.say("close", control(3, CLOSE))
    t.say("close twice", control(3, CLOSE))
    t.say("commit after that", control(3, COMMIT))
    t.say("open 4", control(4, OPEN))
    t.say("close 4", control(4, CLOSE))
    t.say("add to closed", add(4, flow(1)))
    t.say("commit 4", control(4, COMMIT))
    t.say("open 5", control(5, OPEN))
    t.say("add with other flags", add(5, flow(1), flags=0))
    t.say("commit 5", control(5, COMMIT))
    t.say("open 6", control(6, OPEN))
    t.say("add 6", add(6, flow(2)))
    t.say("commit 6 unclosed", control(6, COMMIT))
    t.say("commit 6 twice", control(6, COMMIT))
    t.say("add 7 unopened", add(7, flow(3)))
    t.say("commit 7", control(7, COMMIT))
    t.say("open 8", control(8, OPEN))
    t.say("discard 8", control(8, DISCARD))
    t.say("discard 8 twice", control(8, DISCARD))
    t.say("number mismatch", control(9, OPEN), add(9, flow(4), xid=77), control(9, COMMIT))
    t.say("version mismatch", control(10, OPEN), add(10, b"\x01" + flow(4)[1:]), control(10, DISCARD))
    t.say("replies as requests", *[control(11, kind) for kind in (1, 3, 5, 7)])
    t.say("flags", *[m for flags in (0, 1, 2, 4, 7) for m in (control(20 + flags, OPEN, flags), control(20 + flags, COMMIT, flags))])
    t.say("what they may not hold", control(12, OPEN),
          add(12, message(version, 2)), add(12, message(version, 20)), add(12, multipart(version, 0)), add(12, control(1, OPEN)),
          add(12, message(version, 29, struct.pack(">HHII", 0, 1, 1, 0))), control(12, DISCARD))
    t.say("cut off", control(13, OPEN), add(13, flow(4)[:40]), add(13, b"", xid=5), control(13, DISCARD))
    group = lambda number, port, command=0: message(version, 15, struct.pack(">HBxI", command, 0, number) + (struct.pack(">HHIII", 32, 0, 0xffffffff, 0xffffffff, 0) if version < 6 else b"")[:0])
    t.say("one fails: none is done", control(14, OPEN), add(14, flow(5, xid=500)), add(14, flow_mod(version, table=6, xid=501, instructions=apply(struct.pack(">HHI", 22, 8, 99)))), add(14, flow(7, xid=502)), control(14, CLOSE), control(14, COMMIT, xid=503))
    t.say("delete, then one that fails", control(15, OPEN), add(15, flow_mod(version, command=3, table=255, xid=600)), add(15, flow(255, xid=601)), control(15, COMMIT, xid=602))
    port = lambda number, mac, config: message(version, 16, (struct.pack(">I4x6s2xIII4x", number, bytes.fromhex(mac), config, 4, 0) if version < 5 else struct.pack(">I4x6s2xII", number, bytes.fromhex(mac), config, 4)))
    mac = os.environ["MAC"]
    hushed = lambda what, *m: (print(what), t.say("", *m, quiet=True))
    for flags, good, bad in ((3, 1, 9), (2, 1, 9), (0, 9, 1)):
        t.say("ports, flags %d" % flags, control(16, OPEN, flags), control(16, DISCARD, flags))
        hushed("port and flow", control(16, OPEN, flags), add(16, flow_mod(version, table=8), flags), add(16, port(1, mac, 4), flags), control(16, COMMIT, flags))
        hushed("two ports, one is not there", control(16, OPEN, flags), add(16, port(good, mac, 0), flags), add(16, port(bad, mac, 4), flags), control(16, COMMIT, flags))
END
D
ovs-ofctl -O OpenFlow14 dump-ports-desc br0 1 | sed 's/addr:.*/addr/'
# One that nobody speaks of any more.
cat >idle.py <<'IDLE'
from openflow import *
import subprocess
warp = lambda ms: subprocess.run(["ovs-appctl", "time/warp", str(ms), "500"], stdout=subprocess.DEVNULL)
subprocess.run(["ovs-appctl", "time/stop"])
t = Talk(5)
t.say("open", message(5, 33, struct.pack(">IHH", 1, 0, 0), 0x77))
warp(8000)
t.say("add", message(5, 34, struct.pack(">IHH", 1, 0, 0) + flow_mod(5, table=9, xid=0x78), 0x78))
warp(8000)
t.say("still there", message(5, 20, xid=0x79))
warp(6000)
t.rest()
t.say("gone", message(5, 33, struct.pack(">IHH", 1, 4, 0), 0x7a))
IDLE
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$ORACLE" python3 idle.py
# In 1.3 as in 1.4, the tool's own bundles.
cat >mods <<'END'
flow add priority=1,in_port=1,actions=group:1
group add group_id=1,type=all,bucket=output:2
packet-out in_port=1,packet=ffffffffffff00000000000108004500001c00000000401100000a0000010a000002003500350008ffff,actions=table
flow add priority=2,in_port=2,actions=output:1
flow delete_strict priority=2,in_port=2
END
try ovs-ofctl -O OpenFlow14 bundle br0 mods 2>&1
sed -i '1{h;d};2{G}' mods
for version in 10 13 14 15; do
  try ovs-ofctl -O OpenFlow$version del-flows br0 2>&1
  try ovs-ofctl -O OpenFlow$version bundle br0 mods 2>&1
  D; G
  ovs-ofctl -O OpenFlow14 del-groups br0
done
printf '%s\n' 'group_id=1,type=all,bucket=output:2' 'group_id=2,type=all,bucket=group:1' 'group_id=3,type=all,bucket=group:9' >groups
try ovs-ofctl -O OpenFlow14 --bundle add-groups br0 groups 2>&1; G
printf '%s\n' 'group modify group_id=1,type=all,bucket=output:1,bucket=output:2' 'gr delete group_id=7' 'group insert_bucket group_id=1,command_bucket_id=last,bucket=bucket_id:7,actions=output:2' 'group delete group_id=2' >mods
try ovs-ofctl -O OpenFlow15 bundle br0 mods 2>&1; G
printf '%s\n' 'group delete group_id=1' 'flow add actions=group:1' >mods
try ovs-ofctl -O OpenFlow14 bundle br0 mods 2>&1; G
for line in 'add table=1,actions=drop' 'f actions=drop' 'flow foo=1,actions=drop' 'Flow actions=drop' group packet-out 'meter add meter=1,kbps,bands=type=drop,rate=1'; do
  printf '%s\n' 'flow add table=9,actions=drop' "$line" >mods
  ovs-ofctl -O OpenFlow14 bundle br0 mods 2>&1
done
D
tcpdump -nne -r p2.pcap 2>/dev/null | sed 's/^[0-9:.]* //'
