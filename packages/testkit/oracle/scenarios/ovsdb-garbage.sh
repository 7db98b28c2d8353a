# What is no JSON, or no JSON-RPC: refused at the octet where it goes wrong, after what was asked before it is answered.
cat > s.ovsschema <<'Y'
{"name":"J","version":"1.0.0","tables":{"A":{"columns":{"n":{"type":"integer"}},"isRoot":true}}}
Y
ovsdb-tool create j.db s.ovsschema
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile --log-file -vconsole:off
cat >garbage.py <<'Y'
# Sends each argument over a connection of its own; prints what comes back and whether the server closed it.
import os, socket, sys
for text in sys.argv[1:]:
    s = socket.socket(socket.AF_UNIX); s.connect(os.environ["OVS_RUNDIR"] + "/db.sock"); s.settimeout(0.4)
    held = b""
    for part in text.split("|"):
        s.sendall(part.encode().decode("unicode_escape").encode("latin1"))
    try:
        while True:
            data = s.recv(1 << 16)
            if not data: held += b" closed"; break
            held += data
    except OSError as e: held += b" " + (e.strerror or "open").encode()
    print(">", text.replace("\n", "\\n")[:90], "<", held.decode())
Y
echo='{"id":1,"method":"echo","params":[]}'
python3 garbage.py "$echo[1,," "$echo@" "$echo{\"id\":1,\"method\":|\"e\\\\q\"" '{"a" 1' '{"a":tru}' '{"a":[01,' '{"a":[1}' '{]' '[tru]' '["\u0007' "{\"id\":2,\"method\":\"transact\",\"params\":[\"J\",{\"op\":\"insert\",\"table\":\"A\",\"row\":{}}]}{\"id\":3,,"  '{"a":1e999,' '["\\ud800"' '["\\q' '["\\q"' "$echo{\"id\":1,\"method\":1,\"params\":[]}" "$echo 5" "{\"x\":[1" '[1,]'
grep -o 'jsonrpc|WARN.*' $OVS_LOGDIR/ovsdb-server.log
python3 garbage.py $(python3 -c "print('['*1001)") 
grep -o 'jsonrpc|WARN.*' $OVS_LOGDIR/ovsdb-server.log | tail -1
ovs-appctl -t ovsdb-server exit
