# JSON-RPC as it goes over the socket: every method, wrong parameters, wrong JSON, locks, monitors, waits, cancel.
cat > s.ovsschema <<'Y'
{"name":"J","version":"1.0.0","tables":{"A":{"columns":{"name":{"type":"string"},"n":{"type":"integer"},
  "tags":{"type":{"key":"string","min":0,"max":"unlimited"}}},"isRoot":true}}}
Y
ovsdb-tool create j.db s.ovsschema
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile -vconsole:off
cat >talk.py <<'Y'
# Sends each argument as it is; prints what comes back, a message a line. "2>" sends over a second connection.
import json, os, select, socket, sys, time
def connect():
    s = socket.socket(socket.AF_UNIX); s.connect(os.environ["OVS_RUNDIR"] + "/db.sock"); return s
peers = {"": connect(), "2>": connect()}
held = {"": b"", "2>": b""}
def messages():
    # what is answered at all is answered soon, and all that belongs to it comes at once
    end = time.time() + 0.5
    while time.time() < end:
        ready, _, _ = select.select(list(peers.values()), [], [], 0.05)
        for name, peer in list(peers.items()):
            if peer in ready:
                data = peer.recv(1 << 20)
                if not data:
                    print(name, "closed"); peers.pop(name); continue
                held[name] += data
                end = time.time() + 0.08
    for name in held:
        text = held[name].decode()
        while text:
            value, at = json.JSONDecoder().raw_decode(text)
            text = text[at:]
            if value.get("result", 0) is None: del value["result"]
            print(name + "<", json.dumps(value, sort_keys=True))
        held[name] = b""
for arg in sys.argv[1:]:
    name = "2>" if arg.startswith("2>") else ""
    print(">", arg)
    if name not in peers: peers[name] = connect()
    peers[name].sendall(arg[len(name):].encode())
    messages()
Y
say() { python3 talk.py "$@"; }
m() { echo "{\"id\":$1,\"method\":\"$2\",\"params\":$3}"; }
say "$(m 1 list_dbs '[]')" "$(m 2 get_schema '["J"]')" "$(m 3 get_schema '["K"]')" "$(m 4 get_schema '[]')" "$(m 5 get_schema '[1]')" \
  "$(m 6 echo '[1,{"a":null}]')" "$(m 7 nope '[]')" "$(m '"x"' set_db_change_aware '[true]')" "$(m 8 set_db_change_aware '[]')" \
  "$(m 9 transact '[]')" "$(m 10 transact '["J"]')" "$(m 11 transact '["K"]')" "$(m 12 transact '["J",1]')" "$(m 13 transact '["J",{}]')" \
  "$(m 14 transact '["J",{"op":1}]')" "$(m 15 transact '["J",{"op":"fly"}]')" "$(m 16 transact '["_Server",{"op":"insert","table":"Database","row":{}}]')" \
  "$(m 17 transact '["J",{"op":"commit"}]')" "$(m 18 transact '["J",{"op":"comment","comment":1}]')" "$(m 19 transact '["J",{"op":"assert","lock":"l"}]')" \
  "$(m 20 transact '["J",{"op":"insert","table":"A","row":5}]')" "$(m 21 transact '["J",{"op":"select","table":"A","where":5}]')" \
  "$(m 22 transact '["J",{"op":"select","table":"A","where":[5]}]')" "$(m 23 transact '["J",{"op":"select","table":"A","where":[true]}]')" \
  "$(m 24 transact '["J",{"op":"select","table":"A","where":[],"columns":[1]}]')" "$(m 25 transact '["J",{"op":"wait","table":"A","where":[],"until":"<","rows":[]}]')" \
  "$(m 26 transact '["J",{"op":"wait","table":"A","where":[],"until":"==","rows":[],"timeout":-1}]')" "$(m 27 transact '["J",{"op":"abort","x":1}]')"
say "$(m 1 lock '["a"]')" "$(m 2 lock '["a"]')" "$(m 3 lock '[]')" "$(m 4 lock '["1"]')" "2>$(m 1 lock '["a"]')" \
  "$(m 5 transact '["J",{"op":"assert","lock":"a"}]')" "2>$(m 2 transact '["J",{"op":"assert","lock":"a"}]')" "2>$(m 3 unlock '["a"]')" \
  "2>$(m 4 steal '["a"]')" "$(m 6 transact '["J",{"op":"assert","lock":"a"}]')" "2>$(m 5 unlock '["a"]')" "$(m 7 unlock '["a"]')" "$(m 8 unlock '["a"]')"
say "$(m 1 monitor '["J","m",{"A":{"columns":["name","n"]}}]')" "$(m 2 monitor '["J","m",{}]')" "2>$(m 1 monitor_cond '["J",["a"],{"A":[{"where":[["n",">",1]],"columns":["n","tags"]}]}]')" \
  "2>$(m 2 transact '["J",{"op":"insert","table":"A","uuid":"70000000-0000-0000-0000-000000000001","row":{"name":"a","n":2,"tags":["set",["p","q"]]}}]')" \
  "$(m 3 transact '["J",{"op":"update","table":"A","where":[],"row":{"n":3,"tags":["set",["q","r"]]}}]')" \
  "2>$(m 3 monitor_cond_change '[["a"],"b",{"A":[{"where":[["n","<",1]]}]}]')" "2>$(m 4 monitor_cond_change '["b","b",{"A":[{"where":[["n",">",1],["n","<",1]]}]}]')" \
  "2>$(m 5 monitor_cond_change '["z","b",{}]')" "2>$(m 6 monitor_cond_change '["b","b",{"Z":[]}]')" "2>$(m 7 monitor_cond_change '["b","b",5]')" \
  "2>$(m 8 monitor_cond_change '["b","b",{"A":5}]')" "2>$(m 9 monitor_cond_change '["b"]')" \
  "$(m 4 transact '["J",{"op":"mutate","table":"A","where":[],"mutations":[["n","-=",2]]}]')" "$(m 5 monitor_cancel '["m"]')" "$(m 6 monitor_cancel '["m"]')" "$(m 7 monitor_cancel '[]')" \
  "2>$(m 10 monitor_cond_since '["J","s",{"A":[{}]},"00000000-0000-0000-0000-000000000001"]' | sed 's/{}/{"columns":["name"]}/')" "$(m 8 transact '["J",{"op":"delete","table":"A","where":[]}]')" \
  "$(m 9 monitor '["J","e",{"Z":{}}]')" "$(m 10 monitor '["J","e",{"A":{"columns":["z"]}}]')" "$(m 11 monitor '["J","e",{"A":{"select":{"x":true}}}]')" "$(m 12 monitor '["J","e",{"A":5}]')" \
  "$(m 13 monitor '["J","e",5]')" "$(m 14 monitor_cond '["J","e",{"A":[{"where":[["n"]]}]}]')" "$(m 15 monitor_cond_since '["J","e",{"A":[{}]},5]')" "$(m 16 monitor_cond_since '["J","e",{"A":[{}]},"x"]')" \
  "$(m 17 monitor_cond '["J","e"]')" "$(m 18 monitor '["Z","e",{}]')"
say "$(m 1 transact '["J",{"op":"wait","table":"A","where":[],"columns":["n"],"until":"==","rows":[{"n":9}]},{"op":"comment","comment":"x"}]')" "$(m 1 transact '["J"]')" \
  "2>$(m 1 transact '["J",{"op":"insert","table":"A","uuid":"70000000-0000-0000-0000-000000000002","row":{"n":9}}]')" \
  "$(m 2 transact '["J",{"op":"wait","table":"A","where":[],"columns":["n"],"until":"!=","rows":[{"n":9}]}]')" '{"id":null,"method":"cancel","params":[2]}' '{"id":null,"method":"cancel","params":[2]}' \
  "$(m 3 transact '["J",{"op":"wait","table":"A","where":[["n","==",5]],"columns":["n"],"until":"==","rows":[],"timeout":0}]')" "$(m 4 transact '["J",{"op":"delete","table":"A","where":[]}]')"
say '{' '}' "2>$(m 1 echo '[]')"
say '[1,' '2]'
say '{"id":1}'
say '{"method":"echo"}'
say '{"method":"echo","params":[]}'
say '{"method":5,"params":[],"id":1}'
say '{"method":"echo","params":{},"id":1}'
say '{"method":"echo","params":[],"id":1,"zz":2}'
say 'hello '
say "$(m 1 echo '["\u00e9\ud83d\ude00"]')" "$(m 2 echo '[1.5,1e3,9223372036854775807,1e19,0.1]')" "$(m 3 echo '["\q"]')"
ovsdb-client list-dbs
