"""Speaks raw OpenFlow with a switch: what `ovs-ofctl` would never say. Sourced scenarios run scripts that import it."""
import os, select, socket, struct, sys

XID = 0x1000
ONF, NICIRA = 0x4F4E4600, 0x2320


def message(version, kind, body=b"", xid=None):
    global XID
    if xid is None:
        XID += 1
        xid = XID
    return struct.pack(">BBHI", version, kind, 8 + len(body), xid) + body


def experimenter(version, vendor, subtype, body=b"", xid=None):
    return message(version, 4, struct.pack(">II", vendor, subtype) + body, xid)


def multipart(version, kind, body=b"", flags=0):
    head = struct.pack(">HH", kind, flags) + (b"" if version == 1 else bytes(4))
    return message(version, 16 if version == 1 else 18, head + body)


def oxm(field, value, width, mask=None):
    """One entry of the basic class; field 1 << 15 and above: of Nicira's NXM_1 class."""
    size = width * (1 if mask is None else 2)
    kind = 0x0001 if field >= 1 << 15 else 0x8000
    head = struct.pack(">HBB", kind, (field & 0x7F) << 1 | (mask is not None), size)
    return head + value.to_bytes(width, "big") + (b"" if mask is None else mask.to_bytes(width, "big"))


def match(*entries):
    body = b"".join(entries)
    whole = struct.pack(">HH", 1, 4 + len(body)) + body
    return whole + bytes(-len(whole) % 8)


def output(port, most=0xFFFF):
    return struct.pack(">HHIH6x", 0, 16, port, most)


def apply(*actions):
    body = b"".join(actions)
    return struct.pack(">HHI", 4, 8 + len(body), 0) + body


def flow_mod(version, command=0, table=0, priority=1, entries=(), instructions=b"", **o):
    """From OpenFlow 1.2 on."""
    body = struct.pack(
        ">QQBBHHHIIIHH", o.get("cookie", 0), o.get("cookie_mask", 0), table, command, o.get("idle", 0), o.get("hard", 0),
        priority, o.get("buffer", 0xFFFFFFFF), o.get("out_port", 0xFFFFFFFF), o.get("out_group", 0xFFFFFFFF),
        o.get("flags", 0), o.get("importance", 0))
    return message(version, 14, body + match(*entries) + instructions, o.get("xid"))


class Talk:
    """A connection on which each `say` shows all that comes until the answer to its barrier."""

    def __init__(self, version, where=None):
        self.version = version
        self.buffer = b""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(where or os.environ["OVS_RUNDIR"] + "/br0.mgmt")
        self.socket.sendall(message(version, 0, xid=1))
        self.frame()

    def frame(self, seconds=10):
        while True:
            if len(self.buffer) >= 8:
                size = struct.unpack(">H", self.buffer[2:4])[0]
                if len(self.buffer) >= size:
                    found, self.buffer = self.buffer[:size], self.buffer[size:]
                    return found
            if not select.select([self.socket], [], [], seconds)[0]:
                return None
            more = self.socket.recv(65536)
            if not more:
                return None
            self.buffer += more

    def show(self, found):
        if found[1] == 1:
            kind, code = struct.unpack(">HH", found[8:12])
            text = "error %d/%d" % (kind, code)
            if kind == 0xFFFF:
                text += " 0x%x/%d" % struct.unpack(">IH", found[12:16] + found[10:12])
            print("  ", text, "xid %x" % struct.unpack(">I", found[4:8]), found[12:].hex())
        else:
            print("  ", "type %d" % found[1], found.hex())

    def say(self, what, *messages, quiet=False):
        print(what, flush=True)
        barrier = message(self.version, 18 if self.version == 1 else 20)
        self.socket.sendall(b"".join(messages) + barrier)
        while True:
            found = self.frame()
            if found is None:
                print("   the end")
                return
            if found[4:8] == barrier[4:8]:
                return
            if not quiet:
                self.show(found)
        sys.stdout.flush()

    def rest(self, seconds=0.3):
        """Shows what comes by itself."""
        while (found := self.frame(seconds)) is not None:
            self.show(found)
