# Remote commands that every daemon has: logging, coverage, refusals.
ovsdb-tool create conf.db "$SCHEMA"
ovsdb-server "$PWD/conf.db" --remote="punix:$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile --log-file -vconsole:off
A="ovs-appctl -t ovsdb-server"
$A list-commands | grep -E '^[^ ]|^  (coverage|exit|list|memory|version|vlog)'
for args in version "version x" foo vlog/list-pattern "vlog/set bad" "vlog/set bad:dbg" "vlog/set ANY:console:nolevel" \
  "vlog/set file:console" "vlog/set dbg:info" "vlog/set PATTERN:bad:%m" "vlog/set FACILITY:bad" "vlog/set FACILITY:user" \
  "vlog/set a:b:c:d" "vlog/set jsonrpc:file:info stream:warn" "vlog/disable-rate-limit foo" "vlog/disable-rate-limit jsonrpc ANY" \
  "vlog/enable-rate-limit" "coverage/read-counter" "coverage/read-counter a b" "coverage/read-counter foo" "exit x y"; do
  try $A $args
done
try $A vlog/set 'PATTERN:file:%p <%m> %c %%'
$A vlog/list-pattern
$A vlog/set file:warn
$A vlog/list | grep -E '^(jsonrpc|stream|vlog|ovsdb_server|reconnect|socket_util) '
$A vlog/list | wc -l
$A vlog/set 'PATTERN:file:%D{%Y}|%A|%c%T|%-5p|%m'
$A vlog/set file:info
mv "$OVS_LOGDIR/ovsdb-server.log" old
try $A vlog/reopen
try $A vlog/reopen
try $A vlog/close
try $A vlog/close
try $A vlog/reopen
cat old "$OVS_LOGDIR/ovsdb-server.log" | sed 's/^20[0-9][0-9]|/Y|/; /|memory|/d'
stop ovsdb-server
ls "$OVS_RUNDIR"
ovsdb-server "$PWD/conf.db" --remote="punix:$OVS_RUNDIR/db.sock" --detach --no-chdir --pidfile -vconsole:off
try $A vlog/reopen
try $A vlog/close
stop ovsdb-server
