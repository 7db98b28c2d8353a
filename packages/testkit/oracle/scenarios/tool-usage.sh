# ovsdb-tool: help, versions, list-commands, options, arity of every command
ovsdb-tool --help
ovsdb-tool help | head -3
ovsdb-tool list-commands
try ovsdb-tool -V
try ovsdb-tool help x
try ovsdb-tool list-commands x
for c in create compact convert needs-conversion db-name db-version db-cksum db-cid db-sid db-local-address db-is-clustered \
  db-is-standalone schema-name schema-version schema-cksum compare-versions query transact cluster-to-standalone \
  check-cluster show-log; do
  try ovsdb-tool $c 1 2 3 4 5
done
for c in db-cid db-sid db-local-address db-is-clustered compare-versions query transact cluster-to-standalone; do
  try ovsdb-tool $c
done
try ovsdb-tool --cid
try ovsdb-tool --election-timer
try ovsdb-tool --mor show-log none
try ovsdb-tool --more=3 show-log none
try ovsdb-tool -x
try ovsdb-tool --verbose=zz help
