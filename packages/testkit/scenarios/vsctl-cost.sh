# What ovs-vsctl asks of the database, in octets of the replies: the same with 10 ports on a bridge as with 13,888, but for
# the commands that name all of them.
# seconds: 40
ovsdb-tool create "$OVS_DBDIR/conf.db" "$SCHEMA"
ovsdb-server --detach --no-chdir --pidfile -vconsole:off --remote="punix:$OVS_RUNDIR/db.sock" "$OVS_DBDIR/conf.db"
ovs-vsctl --no-wait init
# meter.py: forwards one connection from meter.sock to db.sock, and writes how many octets came back
cat >meter.py <<'P'
import select, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind("meter.sock")
listener.listen(1)
print("ready", flush=True)
client, _ = listener.accept()
server = socket.socket(socket.AF_UNIX)
server.connect(sys.argv[1])
count = 0
other = {client: server, server: client}
while True:
    for one in select.select([client, server], [], [])[0]:
        octets = one.recv(1 << 20)
        if not octets:
            print(count, flush=True)
            sys.exit()
        count += len(octets) if one is server else 0
        other[one].sendall(octets)
P
# cost COMMAND...: how many octets the database sends while it runs
cost() {
  rm -f meter.sock
  python3 meter.py "$OVS_RUNDIR/db.sock" >meter.out &
  until_true 5 grep -q ready meter.out
  ovs-vsctl --no-wait --db="unix:$PWD/meter.sock" "$@" >answer.out 2>&1 || cat answer.out >&2
  wait $!
  sed -n 2p meter.out
}
# many FROM TO: ports pFROM to pTO on br0, by one transaction
many() {
  python3 - "$1" "$2" <<'P' >ports.json
import json, sys
names = [f"p{i}" for i in range(int(sys.argv[1]), int(sys.argv[2]) + 1)]
rows = [op for name in names for op in (
    {"op": "insert", "table": "Interface", "uuid-name": f"i{name}", "row": {"name": name}},
    {"op": "insert", "table": "Port", "uuid-name": f"q{name}", "row": {"name": name, "interfaces": ["named-uuid", f"i{name}"]}})]
ports = ["set", [["named-uuid", f"q{name}"] for name in names]]
print(json.dumps(["Open_vSwitch", *rows, {"op": "mutate", "table": "Bridge", "where": [["name", "==", "br0"]], "mutations": [["ports", "insert", ports]]}]))
P
  python3 - "$OVS_RUNDIR/db.sock" <<'P'
import json, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(json.dumps({"id": 0, "method": "transact", "params": json.load(open("ports.json"))}).encode())
reply = b""
while True:
    reply += s.recv(1 << 20)
    try:
        json.loads(reply)
        break
    except ValueError:
        pass
sys.exit(b'"error":"' in reply)
P
}
commands=(
  "list-br" "br-exists br0" "get bridge br0 name" "set bridge br0 external_ids:a=b" "get-controller br0" "set-controller br0 tcp:127.0.0.1:1"
  "get-fail-mode br0" "get port p7 name" "set port p7 tag=5" "set interface p7 type=dummy" "get interface p7 ofport" "--columns=name find interface name=p7"
  "--if-exists del-port none" "add-br other" "del-br other" "del-controller br0"
  "add-port br0 q1" "port-to-br q1" "iface-to-br q1" "--may-exist add-port br0 q1" "del-port q1" "add-port br0 q2 tag=3 -- set interface q2 type=dummy"
  "del-port br0 q2" "--with-iface del-port br0 p3" "add-port br0 p3" "add-bond br0 bond a b" "add-bond-iface bond c"
  "del-bond-iface bond c" "del-port bond" "add-br fake br0 9" "add-port fake f1" "list-ports fake" "port-to-br f1" "br-to-parent fake"
  "--fake list-br" "del-port fake f1" "del-br fake" "add-br third" "del-br third -- add-br third -- add-port third t1" "--if-exists del-br third"
)
measure() { for command in "${commands[@]}"; do echo "$(cost $command) $command"; done; }
ovs-vsctl --no-wait add-br br0
holds "10 ports" many 1 10
measure >few
holds "13,888 ports" many 11 13888
measure >lots
while read -r octets command; do
  now=$(grep -x -- "[0-9]* $command" lots | cut -d' ' -f1)
  holds "$command: $octets octets, and $now" test "$now" -le $((octets + 200))
done <few
