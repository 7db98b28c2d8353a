# Locks between clients: who waits, who is robbed, who gets the lock when its owner or a thief leaves.
cat > s.ovsschema <<'S'
{"name":"J","version":"1.0.0","tables":{"A":{"columns":{"n":{"type":"integer"}},"isRoot":true}}}
S
ovsdb-tool create j.db s.ovsschema
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile -vconsole:off
python3 "$ORACLE/ovsdb-wire.py" <<'W'
# whoever asked for it by "lock" and was robbed comes first; a thief that is robbed does not wait
a> lock ["L"]
b> lock ["L"]
c> steal ["L"]
a> transact ["J",{"op":"assert","lock":"L"}]
c> unlock ["L"]
a> transact ["J",{"op":"assert","lock":"L"}]
b> transact ["J",{"op":"assert","lock":"L"}]
d> steal ["L"]
e> steal ["L"]
e> unlock ["L"]
b> transact ["J",{"op":"assert","lock":"L"}]
d> transact ["J",{"op":"assert","lock":"L"}]
a> transact ["J",{"op":"assert","lock":"L"}]
a> unlock ["L"]
d> unlock ["L"]
b> unlock ["L"]
# nobody waits
a> lock ["M"]
b> steal ["M"]
b> unlock ["M"]
a> transact ["J",{"op":"assert","lock":"M"}]
c> lock ["M"]
c> unlock ["M"]
a> unlock ["M"]
# one that was robbed asks again
a> lock ["N"]
b> steal ["N"]
a> lock ["N"]
a> steal ["N"]
a> unlock ["N"]
a> lock ["N"]
b> unlock ["N"]
a> unlock ["N"]
# a thief of a thief, and one that waits
a> lock ["O"]
b> steal ["O"]
c> steal ["O"]
d> lock ["O"]
c> unlock ["O"]
d> unlock ["O"]
a> unlock ["O"]
b> unlock ["O"]
# thieves alone
a> steal ["P"]
b> steal ["P"]
c> steal ["P"]
c> unlock ["P"]
a> transact ["J",{"op":"assert","lock":"P"}]
b> lock ["P"]
b> unlock ["P"]
b> lock ["P"]
a> unlock ["P"]
# connections end: the thief's, then the owner's
a> lock ["Q"]
b> lock ["Q"]
f> steal ["Q"]
f> raw {"id":1}
a> transact ["J",{"op":"assert","lock":"Q"}]
a> raw {"id":1}
b> transact ["J",{"op":"assert","lock":"Q"}]
W
stop ovsdb-server
