# Commands of a daemon over one connection, as ovs-appctl sends them: `unixctl.py SOCKET`. A line of standard input is a
# command with its arguments, quoted as bash's printf %q does; its answer comes as the number of
# lines and whether it is an error (0 or 1), then the lines.
import json, shlex, socket, sys

peer = socket.socket(socket.AF_UNIX)
peer.connect(sys.argv[1])
held = ""


def answer(method, params):
    global held
    peer.sendall(json.dumps({"id": 1, "method": method, "params": params}).encode())
    while True:
        try:
            reply, end = json.JSONDecoder().raw_decode(held)
            break
        except ValueError:
            data = peer.recv(1 << 20)
            if not data:
                return "the daemon has gone\n", 1
            held += data.decode()
    held = held[end:]
    if reply["error"] is None:
        return reply["result"], 0
    text = reply["error"]
    if text and not text.endswith("\n"):
        text += "\n"
    return text + "ovs-appctl: ovs-vswitchd: server returned an error\n", 1


for line in sys.stdin:
    method, *params = shlex.split(line)
    text, failed = answer(method, params)
    if text and not text.endswith("\n"):
        text += "\n"
    sys.stdout.write("%d %d\n%s" % (text.count("\n"), failed, text))
    sys.stdout.flush()
