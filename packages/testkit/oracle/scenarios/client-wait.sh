# ovsdb-client wait: states of databases, those that come while it waits, and what is no state
# seconds: 15
start_db
s=unix:"$OVS_RUNDIR/db.sock"
for state in added connected removed nope ''; do
  try timeout 5 ovsdb-client -t2 wait "$s" Open_vSwitch "$state"
  try timeout 5 ovsdb-client -t2 wait "$s" nope "$state"
done
timeout 20 ovsdb-client wait "$s" T added & wait_pid=$!
printf '{"name":"T","tables":{}}' >s.json
ovsdb-tool create t.db s.json
sleep 0.5
ovs-appctl -t ovsdb-server ovsdb-server/add-db "$PWD/t.db"
wait $wait_pid; echo "added: $?"
timeout 20 ovsdb-client wait "$s" T removed & wait_pid=$!
sleep 0.5
ovs-appctl -t ovsdb-server ovsdb-server/remove-db T
wait $wait_pid; echo "removed: $?"
timeout 20 ovsdb-client wait unix:late.sock Open_vSwitch connected 2>/dev/null & wait_pid=$!
sleep 0.3
ovs-appctl -t ovsdb-server ovsdb-server/add-remote punix:late.sock
ovs-appctl -t ovsdb-server ovsdb-server/add-remote punix:"$PWD/late.sock"
wait $wait_pid; echo "connected: $?"
