# Groups, meters and tables spoken to on the wire, from OpenFlow 1.1 to 1.5: what the tools would not say; and a group that sends to itself.
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure
for i in 1 2; do ovs-vsctl add-port br0 p$i -- set interface p$i type=dummy ofport_request=$i; done
cat >talk.py <<'END'
from openflow import *
def bucket(version, *actions, weight=0, port=0xffffffff, group=0xffffffff, number=0):
    body = b"".join(actions)
    if version < 6:
        return struct.pack(">HHII4x", 16 + len(body), weight, port, group) + body
    props = (struct.pack(">HHHxx", 0, 8, weight) if weight else b"") + struct.pack(">HHI", 1, 8, port) + struct.pack(">HHI", 2, 8, group)
    return struct.pack(">HHI", 8 + len(body) + len(props), len(body), number) + body + props
def group_mod(version, command, number, kind, *buckets, at=0xffffffff, props=b""):
    body = b"".join(buckets)
    if version < 6:
        return message(version, 15, struct.pack(">HBxI", command, kind, number) + body)
    return message(version, 15, struct.pack(">HBxIHxxI", command, kind, number, len(body), at) + body + props)
group = lambda number: struct.pack(">HHI", 22, 8, number)
def meter_mod(version, command, number, flags, *bands):
    return message(version, 29, struct.pack(">HHI", command, flags, number) + b"".join(bands))
drop = lambda rate, burst=0: struct.pack(">HHIIxxxx", 1, 16, rate, burst)
dscp = lambda rate, level, burst=0: struct.pack(">HHIIBxxx", 2, 16, rate, burst, level)
for version in (2, 3, 4, 5, 6):
    print("===", version)
    t = Talk(version)
    b = lambda *a, **o: bucket(version, *a, **o)
    m = lambda *a, **o: group_mod(version, *a, **o)
    t.say("to itself", m(0, 1, 0, b(group(1))))
    t.say("to none", m(0, 1, 0, b(group(2))))
    t.say("round", m(0, 2, 0, b(group(1))))
    t.say("again", m(0, 2, 0))
    t.say("reserved", m(0, 0xffffff00, 0), m(0, 0xfffffffc, 0), m(0, 0xffffffff, 0), m(0, 0xfffffeff, 0))
    t.say("type", m(0, 3, 4), m(0, 3, 255), m(7, 3, 0), m(0x8000, 3, 0))
    t.say("indirect", m(0, 3, 2), m(0, 4, 2, b(), b()), m(0, 5, 2, b(output(1))))
    t.say("ports", m(0, 6, 0, b(output(0xffffff00))), m(0, 7, 0, b(output(99))), m(0, 8, 0, b(output(0))), m(0, 9, 0, b(output(0xffffffff))))
    t.say("weights", m(0, 10, 0, b(weight=3)), m(0, 11, 1, b(weight=3), b(weight=0)), m(0, 12, 1, b()))
    t.say("watching", m(0, 13, 3, b(output(1))), m(0, 14, 3, b(output(1), port=1)), m(0, 15, 3, b(output(1), port=77)), m(0, 16, 0, b(output(1), port=1)), m(0, 17, 3, b(group=14)))
    t.say("modify", m(1, 100, 0), m(1, 14, 0, b(output(2))), m(1, 17, 0, b(group(17))))
    t.say("delete", m(2, 100, 0), m(2, 14, 0, b(output(2))), m(2, 0xffffffff, 0), m(2, 0xfffffff0, 0))
    t.say("lengths", message(version, 15, bytes(4)), message(version, 15, struct.pack(">HBxI", 0, 0, 30) + bytes(7)), m(0, 31, 0, b"\0" * 16), m(0, 32, 0, struct.pack(">HHI", 2000, 0, 0) + bytes(8)))
    t.say("actions", m(0, 33, 0, b(struct.pack(">HH4x", 99, 8))), m(0, 34, 0, b(struct.pack(">HH4x", 25, 8))))
    if version >= 4:
        big = [b(output(1))] * 20
        t.say("many", m(0, 40, 0, *big))
        t.say("meters", *[meter_mod(version, 0, number, 1, drop(10)) for number in (0, 1, 0x40000, 0x40001, 0xffff0000, 0xffff0001, 0xfffffffd, 0xfffffffe, 0xffffffff)])
        t.say("again", meter_mod(version, 0, 1, 1, drop(10)))
        t.say("flags", *[meter_mod(version, 0, 50 + f, f, drop(10)) for f in (0, 2, 3, 4, 5, 6, 8, 9, 13, 15, 16)])
        t.say("bands", meter_mod(version, 0, 80, 1), meter_mod(version, 0, 81, 1, *[drop(i) for i in range(1, 10)]), meter_mod(version, 0, 82, 1, drop(0)), meter_mod(version, 0, 83, 1, drop(10, 5)),
              meter_mod(version, 0, 84, 5, drop(10, 5), drop(10)), meter_mod(version, 0, 85, 1, dscp(10, 1)), meter_mod(version, 0, 86, 1, struct.pack(">HHII4x", 3, 16, 1, 1)), meter_mod(version, 0, 87, 1, struct.pack(">HHII4x", 0xffff, 16, 1, 1)), meter_mod(version, 0, 88, 1, struct.pack(">HHI", 1, 8, 1)), meter_mod(version, 0, 89, 1, bytes(4)))
        t.say("modify", meter_mod(version, 1, 200, 1, drop(5)), meter_mod(version, 1, 1, 2, drop(5)), meter_mod(version, 1, 0xffffffff, 1, drop(5)))
        t.say("command", meter_mod(version, 3, 1, 1, drop(5)), meter_mod(version, 9, 1, 1, drop(5)))
        t.say("order of checks", meter_mod(version, 0, 1, 1), meter_mod(version, 0, 1, 0, drop(1)), meter_mod(version, 0, 2, 0), meter_mod(version, 1, 7, 0), meter_mod(version, 1, 7, 1, drop(0)),
              *[meter_mod(version, 0, 8, 1, *bands) for bands in ([dscp(0, 1)], [drop(0), dscp(3, 1)], [dscp(3, 1), drop(0)], [drop(0)] * 9)])
        t.say("delete", meter_mod(version, 2, 200, 1), meter_mod(version, 2, 1, 1, drop(9)), meter_mod(version, 2, 0, 1))
        t.say("what is there", *[multipart(version, 10, struct.pack(">I4x", n)) for n in (1, 0x40000, 52, 55, 84)])
        t.say("one", multipart(version, 10, struct.pack(">I4x", 83)), multipart(version, 10, struct.pack(">I4x", 999)), multipart(version, 9, struct.pack(">I4x", 999)), multipart(version, 10, struct.pack(">I4x", 0)))
        t.say("features", multipart(version, 11), multipart(version, 8))
        t.say("in a flow", flow_mod(version, instructions=struct.pack(">HHI", 6, 8, 999)), flow_mod(version, instructions=struct.pack(">HHI", 6, 8, 83)))
        t.say("all gone", meter_mod(version, 2, 0xffffffff, 1), multipart(version, 10, struct.pack(">I4x", 0xffffffff)))
    if version == 6:
        i = lambda number, *a, **o: m(3, number, 0, *[bucket(6, output(1), number=n) for n in a], **o)
        t.say("buckets", m(0, 50, 0, bucket(6, output(1), number=1), bucket(6, output(2), number=2)))
        t.say("twice", i(50, 2, at=0xffffff01), i(50, 3, 3, at=0xffffff01), m(0, 51, 0, bucket(6, number=1), bucket(6, number=1)))
        t.say("where", i(50, 3, at=0xffffffff), i(50, 4, at=0xfffffffe), i(50, 5, at=0xfffffffd), i(50, 6, at=1), i(50, 7, at=99), i(50, 0xffffff00, at=1), i(99, 1, at=1))
        t.say("none", i(50, at=1))
        t.say("remove", m(5, 50, 0, at=1), m(5, 50, 0, at=1), m(5, 50, 0, at=0xfffffffd), m(5, 50, 0, at=0xfffffffe), m(5, 99, 0, at=1))
        t.say("left", multipart(6, 7, struct.pack(">I4x", 50)))
        t.say("all of them", m(5, 50, 0, at=0xffffffff), multipart(6, 7, struct.pack(">I4x", 50)))
    t.say("deleted", m(2, 0xfffffffc, 0))
    t.say("tables", *[flow_mod(version, table=n) for n in (0, 253, 254, 255)], flow_mod(version, command=3, table=254), flow_mod(version, command=1, table=254), flow_mod(version, command=3, table=255), flow_mod(version, command=1, table=255))
    t.say("goto", *[flow_mod(version, table=5, instructions=struct.pack(">HHBxxx", 1, 8, n)) for n in (5, 4, 6, 253, 254, 255)])
    t.say("mods", *[flow_mod(version, command=c) for c in (5, 99)], flow_mod(version, buffer=7), flow_mod(version, flags=0x40), flow_mod(version, flags=0x8000), flow_mod(version, flags=2, priority=77), flow_mod(version, flags=2, priority=77, entries=[oxm(0, 1, 4)]))
    if version >= 3:
        t.say("overlap", flow_mod(version, priority=7, entries=[oxm(0, 1, 4)]), flow_mod(version, priority=7, flags=2, entries=[oxm(5, 0x800, 2)]), flow_mod(version, priority=7, flags=2, entries=[oxm(0, 2, 4)]), flow_mod(version, priority=7, flags=2, entries=[oxm(0, 1, 4)]))
    t.say("table mod", *[message(version, 17, struct.pack(">BxxxI", n, c)) for n, c in ((0, 0), (0, 3), (254, 0), (255, 0), (1, 4), (1, 8), (1, 12))])
    t.say("table stats", multipart(version, 99), multipart(version, 0xffff, struct.pack(">II", 1, 2)))
    if version >= 5:
        t.say("table desc", message(version, 17, struct.pack(">BxxxI", 2, 0xc) + struct.pack(">HHI", 2, 8, 4) + struct.pack(">HHBBxx", 3, 8, 20, 80)), message(version, 17, struct.pack(">BxxxI", 2, 0)))
    t.say("port mod", message(version, 16, struct.pack(">I4x6s2xIII4x" if version < 5 else ">I4x6s2xII", 99, bytes(6), 0, 0, *((0,) if version < 5 else ()))))
    t.say("queues", *([message(version, 22, struct.pack(">I4x", n)) for n in (1, 99, 0xfffffffe, 0xffffff00)] if version < 5 else []), *[multipart(version, 5, struct.pack(">II", p, q)) for p, q in ((99, 0), (1, 7), (0xffffffff, 7))])
    if version < 6:
        t.say("packet-out from", *[message(version, 13, struct.pack(">IIH6x", 0xffffffff, port, 0) + bytes(60)) for port in (0, 0xfffffeff, 0xffffff00, *range(0xfffffff7, 0x100000000))])
    t.say("packet-out", *[message(version, 13, struct.pack(">IIH6x", buf, port, len(a)) + a + data) for buf, port, a, data in
          ((7, 1, b"", b""), (0xffffffff, 0xffffff00, b"", bytes(60)), (0xffffffff, 0, output(1), bytes(60)), (0xffffffff, 1, output(0xffffff00), bytes(60)), (0xffffffff, 1, output(1), b"\1"), (0xffffffff, 1, group(99), bytes(60)), (0xffffffff, 99, output(1), bytes(60)), (0xffffffff, 0xfffffff8, output(1), bytes(60)))] if version < 6 else [])
    t.say("strange", message(version, 70), message(version, 4, struct.pack(">II", 1, 1)), message(version, 4, struct.pack(">II", NICIRA, 999)), message(version, 4, bytes(4)), message(version, 19), message(version, 21, bytes(8)), message(version, 5, b"x"))
    t.say("roles", *([message(version, 24, struct.pack(">I4xQ", role, gen)) for role, gen in ((0, 0), (2, 5), (3, 4), (2, 4), (9, 9), (1, 0), (3, 1 << 63), (0, 0), (1, 0))] if version > 2 else []))
    t.say("end", *[message(version, 14, flow_mod(version, command=3, table=n)[8:]) for n in (0, 5)], m(2, 0xfffffffc, 0))
END
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$ORACLE" python3 talk.py
# A group that sends to itself is stopped by the depth of the pipeline.
ovs-ofctl -O OpenFlow11 add-group br0 'group_id=1,type=indirect,bucket=group:1'
ovs-ofctl -O OpenFlow11 add-group br0 'group_id=2,type=all,bucket=output:1,bucket=group:3,bucket=output:2'
ovs-ofctl -O OpenFlow15 add-group br0 'group_id=3,type=indirect,bucket=set_field:5->reg0,output:2'
ovs-ofctl add-flow br0 in_port=1,actions=group:1,output:2
ovs-ofctl add-flow br0 in_port=2,actions=group:2
ovs-appctl ofproto/trace br0 in_port=1 | tail -8
ovs-appctl ofproto/trace br0 in_port=2
