# Active connection methods as ovs-vsctl, ovsdb-client and ovs-ofctl read them: ports left out, brackets, odd ones
start_db
v() { echo "$ $*"; timeout 5 "$@" 2>&1 | cut -d'|' -f 3-; }
for t in tcp:127.0.0.1 tcp:127.0.0.1: tcp: tcp:: tcp::1 tcp:[::1] tcp:[::1]: tcp:::1 tcp:localhost tcp:a:b:c tcp:[::1 \
  tcp:127.0.0.1:0 tcp:127.0.0.1:x tcp:127.0.0.1:70000 tcp:[]:5 ssl: ssl:127.0.0.1 unix: nope nope:1; do
  v ovs-vsctl --db=$t list-br
  v ovsdb-client list-dbs $t
done
for t in tcp:127.0.0.1 tcp:127.0.0.1: tcp:[::1] ssl:127.0.0.1; do v ovs-ofctl show $t; done
