# Talks JSON-RPC with a database server and shows all that comes, members sorted: `ovsdb-wire.py [REMOTE] <SCRIPT`.
# A line of the script: `[PEER>] METHOD [PARAMS]` sends a request with the next id and waits for its answer;
# `[PEER>] METHOD! [PARAMS]` does not wait; `[PEER>] raw TEXT` sends TEXT; `$ COMMAND` runs a command;
# `sleep SECONDS` listens; `# …` is shown. PEER is a name of the script's choice, each a connection of its own.
# What is heard at one step is shown peer by peer, and updates side by side monitor by monitor. REMOTE is tcp:HOST:PORT or unix:FILE.
import itertools
import json
import os
import select
import socket
import subprocess
import sys
import time

remote = sys.argv[1] if len(sys.argv) > 1 else "unix:" + os.environ["OVS_RUNDIR"] + "/db.sock"
decoder = json.JSONDecoder()
peers, heard = {}, {}


class Peer:
    def __init__(self, name):
        kind, _, where = remote.partition(":")
        if kind == "unix":
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(where)
        else:
            host, _, port = where.rpartition(":")
            self.socket = socket.create_connection((host, int(port)))
        self.name, self.held, self.id, self.answered = name, b"", 0, set()

    def send(self, text):
        try:
            self.socket.sendall(text.encode())
        except OSError:
            pass  # the end shows when it is read

    def take(self):
        try:
            octets = self.socket.recv(1 << 20)
        except OSError:
            octets = b""
        if not octets:
            self.say("closed")
            del peers[self.name]
            return
        self.held += octets
        while self.held:
            try:
                text = self.held.decode()
                value, end = decoder.raw_decode(text)
            except ValueError:
                return
            self.held = text[end:].lstrip().encode()
            self.message(value)

    def message(self, value):
        if "method" not in value:
            self.answered.add(value.get("id"))
            if str(value.get("id")).startswith("barrier"):
                return
        if value.get("method") == "echo":
            self.send(json.dumps({"id": value["id"], "error": None, "result": value["params"]}))
        update = str(value.get("method")).startswith("update")
        self.say(json.dumps(value, sort_keys=True, separators=",:"), json.dumps(value["params"][0]) if update else None)

    def say(self, text, monitor=None):
        heard.setdefault(self.name, []).append((monitor, text))


def listen(seconds, done=lambda: False):
    end = time.time() + seconds
    while time.time() < end and not done():
        by_socket = {peer.socket: peer for peer in peers.values()}
        ready, _, _ = select.select(list(by_socket), [], [], min(0.05, max(0, end - time.time())))
        for one in ready:
            by_socket[one].take()


def barrier():
    """Until each server has said all it had to say: two rounds of echo."""
    for turn in "ab":
        waiting = list(peers.values())
        for peer in waiting:
            peer.answered.discard("barrier" + turn)
            peer.send(f'{{"id":"barrier{turn}","method":"echo","params":[]}}')
        listen(5, lambda: all("barrier" + turn in peer.answered or peer.name not in peers for peer in waiting))


def step(line):
    if line.startswith("sleep "):
        return listen(float(line.split()[1]))
    if line.startswith("$ "):
        done = subprocess.run(["bash", "-c", line[2:]], capture_output=True, text=True)
        sys.stdout.write(done.stdout + done.stderr)
        return barrier()
    name = ""
    if ">" in line.split(" ")[0]:
        name, _, line = line.partition(">")
    if name not in peers:
        peers[name] = Peer(name)
    peer = peers[name]
    method, _, params = line.strip().partition(" ")
    if method == "raw":
        peer.send(params)
        return barrier()
    peer.id += 1
    peer.send(f'{{"id":{peer.id},"method":"{method.rstrip("!")}","params":{params or "[]"}}}')
    if not method.endswith("!"):
        wanted = peer.id
        listen(5, lambda: wanted in peer.answered or name not in peers)
    barrier()


for line in sys.stdin:
    line = line.strip()
    if not line:
        continue
    print(line if line.startswith("#") else "> " + line, flush=True)
    if not line.startswith("#"):
        step(line)
    for name in sorted(heard):
        for _, run in itertools.groupby(heard[name], lambda entry: entry[0] is None):
            for _, text in sorted(run, key=lambda entry: entry[0] or ""):
                print(f"{name}< {text}")
    heard.clear()
