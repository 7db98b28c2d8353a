"""Prints the hexadecimal digits of Ethernet frames, one a line, from terse descriptions, one an argument or, without any,
one a line of standard input:

tcp|udp A[:PORT] B[:PORT] [FLAGS] [seq=N ack=N win=N ws=N data=TEXT size=N]     FLAGS of S A F R P U
icmp|icmp6 A B TYPE [code=N id=N seq=N data=TEXT size=N inner="(the words of another description)"]
ip A B PROTOCOL [size=N]
and for each: frag=OFFSET+SIZE[+] (octets of the IP payload to send, "+" when more follow) ipid=N bad (a wrong checksum)
"""
import ipaddress
import re
import struct
import sys

FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16, "U": 32}
PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "icmp6": 58}


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ends(word):
    if word.startswith("["):
        address, _, port = word[1:].partition("]")
        return ipaddress.ip_address(address), int(port[1:] or 0)
    if word.count(":") > 1:
        return ipaddress.ip_address(word), 0
    address, _, port = word.partition(":")
    return ipaddress.ip_address(address), int(port or 0)


def transport(kind, src, dst, sport, dport, words, options):
    number = lambda key, default=0: int(str(options.get(key, default)), 0)
    data = options.get("data", "").replace("\\0x20", " ").encode().decode("unicode_escape").encode("latin-1")
    if "size" in options:
        data = bytes(i & 255 for i in range(number("size")))
    pseudo = src.packed + dst.packed
    protocol = PROTOCOLS.get(kind)
    if kind == "tcp":
        flags = sum(FLAGS[c] for c in (words[0] if words else ""))
        extra = b"\x03\x03" + bytes([number("ws")]) + b"\0" if "ws" in options else b""
        head = struct.pack("!HHIIBBHHH", sport, dport, number("seq"), number("ack"), (20 + len(extra)) // 4 << 4, flags,
                           number("win", 65535), 0, 0) + extra
        at = 16
    elif kind == "udp":
        head, at = struct.pack("!HHHH", sport, dport, 8 + len(data), 0), 6
    elif kind in ("icmp", "icmp6"):
        if "inner" in options:
            data = packet(options["inner"], cut=number("cut", 28))
            word2 = number("rest")
        else:
            word2 = number("id") << 16 | number("seq")
        head, at = struct.pack("!BBHI", int(words[0]), number("code"), 0, word2), 2
    else:
        return data, int(words[0])
    body = head + data
    covered = body if kind == "icmp" else pseudo + struct.pack("!IHH", len(body), 0, protocol) + body
    sum_ = checksum(covered) ^ ("bad" in options)
    return body[:at] + struct.pack("!H", sum_) + body[at + 2:], protocol


def packet(text, cut=None):
    words, options = [], {}
    for word in re.findall(r'\w+="[^"]*"|\w+=\([^)]*\)|\S+', text):
        key, equals, value = word.partition("=")
        if equals:
            options[key] = value.strip('"()')
        elif word == "bad":
            options["bad"] = ""
        else:
            words.append(word)
    kind, (src, sport), (dst, dport) = words[0], ends(words[1]), ends(words[2])
    payload, protocol = transport(kind, src, dst, sport, dport, words[3:], options)
    ipid = int(options.get("ipid", 1))
    offset = more = 0
    whole = len(payload)
    if "frag" in options:
        start, size, more = re.fullmatch(r"(\d+)\+(\d+)(\+?)", options["frag"]).groups()
        offset, more = int(start), more == "+"
        payload = payload[offset:offset + int(size)]
    if cut is not None:
        payload = payload[:cut]
    if src.version == 4:
        length = 20 + (whole if cut is not None else len(payload))
        head = struct.pack("!BBHHHBBH", 0x45, 0, length, ipid, offset // 8 | more << 13, 64, protocol, 0)
        head += src.packed + dst.packed
        return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload
    if "frag" in options:
        payload = struct.pack("!BBHI", protocol, 0, offset | more, ipid) + payload
        protocol = 44
    return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + src.packed + dst.packed + payload


for text in sys.argv[1:] or sys.stdin:
    body = packet(text)
    ethertype = 0x0800 if body[0] >> 4 == 4 else 0x86DD
    print((bytes.fromhex("020000000002020000000001") + struct.pack("!H", ethertype) + body).hex(), flush=True)
