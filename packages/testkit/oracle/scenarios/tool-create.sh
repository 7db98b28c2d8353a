# ovsdb-tool create: defaults, folders that are missing or closed, names that stand already
try ovsdb-tool create x.db "$SCHEMA"
stat -c '%a %F' x.db
try ovsdb-tool create x.db "$SCHEMA"
try ovsdb-tool create none/x.db "$SCHEMA"
try ovsdb-tool create y.db none.ovsschema
ls y.db 2>&1
printf '{"name":"S","tables":{}}' >s.json
try ovsdb-tool create "$OVS_DBDIR/conf.db" s.json
try ovsdb-tool db-name
try ovsdb-tool db-version
try ovsdb-tool db-cksum
try ovsdb-tool db-is-standalone "$OVS_DBDIR/conf.db"
try ovsdb-tool db-is-standalone
ls -A "$OVS_DBDIR" | sort
