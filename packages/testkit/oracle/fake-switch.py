"""A switch made of nothing: tells a controller of packets and prints what the controller says.

fake-switch.py TARGET VERSION [SCRIPT...]: TARGET is a socket's file, HOST:PORT, or "listen FILE" in one word as
"listen:FILE"; VERSION is OpenFlow's on the wire, 1 to 6; each SCRIPT is "PORT:HEX[:BUFFER]" (a packet that came in),
"error" (an error message), "echo" (a request), "port:NAME" (a port that has come), "raw:HEX" (octets as they are).
"""
import socket
import struct
import sys

NO_BUFFER = 0xFFFFFFFF
BARRIER = 0x77777777
NAMES = {0: "hello", 1: "error", 2: "echo_request", 3: "echo_reply", 4: "experimenter", 5: "features_request",
         7: "get_config_request", 9: "set_config", 13: "packet_out", 14: "flow_mod", 18: "multipart/stats",
         20: "barrier(1.1+)"}
PORTS = ((1, "eth1"), (2, "eth2"), (3, "eth3"), (0xFFFE, "local"))


def port(version, number, name):
    mac = b"\xaa\x55\0\0\0" + bytes([number & 255])
    label = name.encode().ljust(16, b"\0")
    if version == 1:
        return struct.pack("!H6s16s6I", number, mac, label, 0, 0, 0, 0, 0, 0)
    if number == 0xFFFE:
        number = 0xFFFFFFFE
    if version < 5:
        return struct.pack("!I4x6s2x16s8I", number, mac, label, 0, 0, 0, 0, 0, 0, 0, 0)
    return struct.pack("!IH2x6s2x16sII", number, 40, mac, label, 0, 0)


def features(version):
    head = struct.pack("!QIB3xI", 0x1234, 256, 254, 0)
    if version < 3:
        head += struct.pack("!I", 0xFFF)
        return head + b"".join(port(version, *one) for one in PORTS)
    if version == 3:
        return head + struct.pack("!I", 0) + b"".join(port(version, *one) for one in PORTS)
    return head + struct.pack("!I", 0)


def packet_in(version, number, packet, buffer):
    if version == 1:
        return struct.pack("!IHHBx", buffer, len(packet), number, 0) + packet
    if version == 2:
        return struct.pack("!IIIHBB", buffer, number, number, len(packet), 0, 0) + packet
    match = struct.pack("!HHHBBI4x", 1, 12, 0x8000, 0, 4, number)
    cookie = b"" if version == 3 else b"\0" * 8
    return struct.pack("!IHBB", buffer, len(packet), 0, 0) + cookie + match + b"\0\0" + packet


class Switch:
    def __init__(self, target, version):
        self.version = version
        self.xid = 100
        self.rest = b""
        if target.startswith("listen:"):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(target[7:])
            listener.listen(1)
            self.socket = listener.accept()[0]
        elif target.startswith("/"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(target)
        else:
            host, number = target.rsplit(":", 1)
            self.socket = socket.create_connection((host, int(number)))

    def send(self, kind, body, xid=None):
        self.xid += 1
        header = struct.pack("!BBHI", self.version, kind, 8 + len(body), self.xid if xid is None else xid)
        try:
            self.socket.sendall(header + body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the peer is gone; what it said before can still be read

    def hear(self):
        """Prints what comes up to the answer to an echo request: all that was said before it then has been heard."""
        for _ in range(2):  # what we answer may be answered in turn
            self.send(2, b"", BARRIER)
            while (octets := self.octets()) is not None:
                if self.take(octets):
                    break
            else:
                print("closed")
                return False
        return True

    def octets(self):
        """What comes next, or None at the end or when nothing comes."""
        self.socket.settimeout(10)
        try:
            return self.socket.recv(65536) or None
        except (socket.timeout, ConnectionError):
            return None

    def take(self, octets):
        """Prints and answers messages; whether the answer to the echo request was among them."""
        done = False
        self.rest += octets
        while len(self.rest) >= 8 and len(self.rest) >= struct.unpack_from("!H", self.rest, 2)[0] >= 8:
            size = struct.unpack_from("!H", self.rest, 2)[0]
            message, self.rest = self.rest[:size], self.rest[size:]
            version, kind, _, xid = struct.unpack_from("!BBHI", message)
            if kind == 3 and xid == BARRIER:
                done = True
                continue
            print(f"  v{version} {NAMES.get(kind, kind)} {message[8:].hex()}")
            if kind == 5:
                self.send(6, features(self.version), xid)
            elif kind == 2:
                self.send(3, message[8:], xid)
            elif kind == 18 and self.version >= 4 and message[8:10] == b"\0\x0d":
                self.send(19, struct.pack("!HH4x", 13, 0) + b"".join(port(self.version, *one) for one in PORTS), xid)
        return done


switch = Switch(sys.argv[1], int(sys.argv[2]))
bitmap = struct.pack("!HHI", 1, 8, 1 << switch.version)
switch.send(0, bitmap if switch.version > 3 else b"")
alive = switch.hear()
for line in sys.argv[3:]:
    if not alive:
        break
    print(f"> {line}")
    kind, _, value = line.partition(":")
    if kind == "error":
        switch.send(1, struct.pack("!HH", 1, 1) + b"\1\x0e\0\x08\0\0\0\1")
    elif kind == "echo":
        switch.send(2, b"are you there?")
    elif kind == "port":
        switch.send(12, struct.pack("!B7x", 0) + port(switch.version, 9, value))
    elif kind == "raw":
        switch.socket.sendall(bytes.fromhex(value))
    else:
        packet, _, buffer = value.partition(":")
        packet = bytes.fromhex(packet)
        switch.send(10, packet_in(switch.version, int(kind), packet.ljust(60, b"\0") if packet else b"", int(buffer or NO_BUFFER)))
    alive = switch.hear()
