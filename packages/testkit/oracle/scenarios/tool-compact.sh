# ovsdb-tool compact: in place, to another file, through a link, with the file in use
printf '{"name":"T","version":"1.0.0","tables":{"A":{"columns":{"n":{"type":"integer"}},"isRoot":true}}}' >s.json
ovsdb-tool create t.db s.json
for n in 1 2 3; do ovsdb-tool transact t.db '["T",{"op":"insert","table":"A","row":{"n":'$n'}}]' >/dev/null; done
ovsdb-tool show-log t.db | sed 's/record \([0-9]*\): [0-9-]* .*/record \1/'
try ovsdb-tool compact t.db u.db
try ovsdb-tool compact t.db u.db
ln -s t.db l.db
try ovsdb-tool compact l.db
stat -c %F l.db t.db
ovsdb-tool show-log t.db | sed -E 's/[0-9-]{10} [0-9:.]{12}/DATE/'
try ovsdb-tool query t.db '["T",{"op":"select","table":"A","where":[["n","<",3]],"columns":["n"],"sort":1}]'
try ovsdb-tool compact none.db
try ovsdb-tool compact t.db none/u.db
try ovsdb-tool compact
try ovsdb-tool compact a b c
ovsdb-server t.db --remote=punix:"$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile -vconsole:off
try ovsdb-tool compact t.db 2>&1 | sed 's/process [0-9]*/process N/; s/pid [0-9]*/pid N/; s/^.*|lockfile|/|lockfile|/'
try ovsdb-tool transact t.db '["T"]' 2>&1 | sed 's/pid [0-9]*/pid N/; s/^.*|lockfile|/|lockfile|/'
try ovsdb-tool query t.db '["T"]'
