# Hostile and broken input at every socket: one clear line, the daemons stay up, nothing is lost.
# seconds: 20
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy -- add-port br0 p1 -- set interface p1 type=dummy
alive() { kill -0 "$(cat "$OVS_RUNDIR/ovs-vswitchd.pid")" && kill -0 "$(cat "$OVS_RUNDIR/ovsdb-server.pid")" && ovs-vsctl -t 5 br-exists br0 && ovs-ofctl -t 5 dump-flows br0; }
# give SOCKET OCTETS...: sends printf-escaped octets and hangs up.
give() { python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.settimeout(1)
try:
    s.sendall(bytes.fromhex(sys.argv[2])); print(s.recv(4096))
except (OSError, ConnectionError): pass' "$@"; }
text() { give "$1" "$(printf %s "$2" | od -An -tx1 | tr -d ' \n')"; }
holds "all is well at first" alive
db=$OVS_RUNDIR/db.sock
of=$OVS_RUNDIR/br0.mgmt
for json in '{' '[1,2' '{"method":5}' '{"id":1}' 'null' '{"method":"transact","params":["Open_vSwitch",{"op":"fly"}],"id":1}' \
  '{"method":"transact","params":[],"id":1}' '{"method":"monitor","params":[1,2,3],"id":2}' '"\ud800"' '{"method":"echo"'; do
  text "$db" "$json" >/dev/null
  holds "database: $json" alive
done
for octets in 00 01000008 0100000400000001 ffff0008ffffffff 0100fffe00000001 040000080000000104ff000800000002 \
  0400001000000000000100080000001204120010000000010001000000000000 01000008000000010112000c00000002ffff0000 \
  "0100000800000001010e000800000003" "0100000800000001010e004800000003$(printf '%0128d' 0 | tr 0 f)"; do
  give "$of" "$octets" >/dev/null
  holds "OpenFlow: ${octets:0:48}" alive
done
for control in '{' '{"id":0,"method":"nosuch","params":[]}' '{"id":0,"method":"fdb/show","params":[1,{}]}'; do
  text "$(echo "$OVS_RUNDIR"/ovs-vswitchd.*.ctl)" "$control" >/dev/null
  holds "control: $control" alive
done
for packet in '' 00 ffffffffffff ffffffffffff0000000000010800 ffffffffffff000000000001080045 ffffffffffff00000000000186dd60 ffffffffffff0000000000018100; do
  ovs-appctl netdev-dummy/receive p1 "$packet" >/dev/null 2>&1
  holds "packet: $packet" alive
done
fails "an unknown command of the daemon's" 2 '"nosuch" is not a valid command' ovs-appctl nosuch
fails "a database that cannot be opened" 1 'No such file or directory' ovsdb-server /nonexistent/conf.db --remote=punix:x.sock
echo garbage >garbage.db
fails "a database that is none" 1 'garbage.db' ovsdb-server garbage.db --remote=punix:x.sock
fails "a second switch daemon" 1 'already running' ovs-vswitchd --detach --no-chdir --pidfile -vconsole:off "unix:$db"
fails "a second server on one file" 1 'cannot lock' ovsdb-server "$OVS_DBDIR/conf.db" --remote=punix:x.sock
