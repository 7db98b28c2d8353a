# controller targets: where a bridge listens and connects to, which it refuses, SSL both ways; lines of the log, sorted
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy other-config:disable-in-band=true
lines() { sed -n "$1,\$p" $OVS_LOGDIR/ovs-vswitchd.log | sed 's/^[^|]*|[0-9]*|//' | grep -v '^memory\|^rconn.*waiting' ; }
next() { echo $(( $(wc -l < $OVS_LOGDIR/ovs-vswitchd.log) + 1 )); }
step() { echo "-- $*"; local from=$(next); "$@"; sleep 0.4; lines $from | sort; }
step ovs-vsctl set-controller br0 ptcp:6678:1.2.3.4
step ovs-vsctl set-controller br0 ptcp:6677:127.0.0.1
step ovs-vsctl set-controller br0 ptcp:zz
step ovs-vsctl set-controller br0 punix:/nonexistent/x
step ovs-vsctl set-controller br0 punix:$OVS_RUNDIR/br0.foo ptcp:6677
step ovs-vsctl set-controller br0 punix:br0.foo
step ovs-vsctl set-controller br0 punix:$OVS_RUNDIR/br0.a/b
step ovs-vsctl set-controller br0 punix:$OVS_RUNDIR//br0.foo
step ovs-vsctl set-controller br0 unix:/nonexistent/x
step ovs-vsctl set-controller br0 unix:x
step ovs-vsctl set-controller br0 unix:$OVS_RUNDIR/a/b
step ovs-vsctl set-controller br0 unix:$OVS_RUNDIR//x
step ovs-vsctl set-controller br0 foo:bar
step ovs-vsctl set-controller br0 pssl:6679
openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 30 -subj /CN=x 2>/dev/null
ovs-ofctl -vconsole:off -p k.pem -c c.pem -C c.pem show ssl:127.0.0.1:6679 >/dev/null 2>&1; echo "without keys: $?"
step ovs-vsctl set-ssl $PWD/k.pem $PWD/c.pem $PWD/c.pem
ovs-ofctl -p k.pem -c c.pem -C c.pem dump-desc ssl:127.0.0.1:6679; echo "with keys: $?"
ovs-testcontroller -vconsole:off -p k.pem -c c.pem -C c.pem pssl:6688 --detach --pidfile
ovs-vsctl set-controller br0 ssl:127.0.0.1:6688
connected() { ovs-vsctl --columns=is_connected --bare list controller | grep -q true; }
until_true 20 connected
ovs-vsctl --columns=target,is_connected,role list controller
kill "$(cat $OVS_RUNDIR/ovs-testcontroller.pid)"
