# Remote commands that every daemon has: logging, coverage, refusals.
start_db
A="ovs-appctl -t ovsdb-server"
for args in version list-commands "version x" foo vlog/list-pattern "vlog/set bad" "vlog/set bad:dbg" "vlog/set ANY:console:nolevel" \
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
try $A vlog/close
mv "$OVS_LOGDIR/ovsdb-server.log" old
try $A vlog/reopen
$A vlog/set 'PATTERN:file:%D{%Y}|%A|%c%T|%-5p|%m'
$A vlog/set file:info
try $A vlog/reopen
sed 's/^20[0-9][0-9]|/Y|/' "$OVS_LOGDIR/ovsdb-server.log"
stop ovsdb-server
ls "$OVS_RUNDIR"
