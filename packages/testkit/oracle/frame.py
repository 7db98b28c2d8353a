"""Sends each argument, hexadecimal digits, as one Ethernet frame of at least 60 octets out of eth0."""
import socket
import sys

out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind(("eth0", 0))
for digits in sys.argv[1:]:
    out.send(bytes.fromhex(digits.replace(" ", "")).ljust(60, b"\0"))
