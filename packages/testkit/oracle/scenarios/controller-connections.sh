# The controller's connections: several at a time, listening and calling, real switches, TLS, its end
. "$ORACLE/controller.sh"
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 fail-mode=secure datapath-type=dummy other-config:datapath-id=0000000000000001 \
  -- add-port br0 p1 -- set interface p1 type=dummy ofport_request=1 \
  -- add-port br0 p2 -- set interface p2 type=dummy ofport_request=2
connected() { [ "$(ovs-vsctl --bare --columns=is_connected find controller target="\"$1\"")" = true ]; }
ovs-testcontroller --detach --pidfile --no-chdir -vconsole:off --max-idle=9 ptcp:6653:127.0.0.1 "punix:$WORK/c" 2>&1
ovs-vsctl set-controller br0 tcp:127.0.0.1:6653
until_true 15 connected tcp:127.0.0.1:6653 && echo connected
a_to_b='in_port(1),eth(src=50:54:00:00:00:01,dst=50:54:00:00:00:02),eth_type(0x0800),ipv4(src=10.0.0.1,dst=10.0.0.2,proto=17,ttl=64,frag=no),udp(src=1,dst=2)'
b_to_a='in_port(2),eth(src=50:54:00:00:00:02,dst=50:54:00:00:00:01),eth_type(0x0800),ipv4(src=10.0.0.2,dst=10.0.0.1,proto=17,ttl=64,frag=no),udp(src=2,dst=1)'
ovs-appctl netdev-dummy/receive p1 "$a_to_b"
sleep 0.5
ovs-appctl netdev-dummy/receive p2 "$b_to_a"
has_flow() { ovs-ofctl dump-flows br0 | grep -q "$1"; }
until_true 10 has_flow dl_dst=50:54:00:00:00:01
ovs-ofctl dump-flows br0 | sed -E 's/(duration|idle_age|n_packets|n_bytes)=[^,]*, //g' | sort
told 1 "1:$B$A$UDP:7"
ovs-vsctl del-controller br0
dismiss
ls "$WORK" "$OVS_RUNDIR" | grep -e '^c$' -e testcontroller

# it calls the switch
ovs-testcontroller --detach --pidfile --no-chdir -vconsole:off "unix:$OVS_RUNDIR/br0.mgmt"
until_true 10 has_flow 'actions=CONTROLLER'
ovs-ofctl dump-flows br0 | grep -c CONTROLLER
dismiss

# TLS
ovs-pki -l pki.log -d pki init 2>/dev/null
ovs-pki -l pki.log -d pki req+sign switch switch >/dev/null
ovs-pki -l pki.log -d pki req+sign controller controller >/dev/null
ovs-testcontroller --detach --pidfile --no-chdir -vconsole:off --private-key=controller-privkey.pem \
  --certificate=controller-cert.pem --ca-cert=pki/switchca/cacert.pem pssl:6653:127.0.0.1
ovs-vsctl set-ssl "$PWD/switch-privkey.pem" "$PWD/switch-cert.pem" "$PWD/pki/controllerca/cacert.pem" -- set-controller br0 ssl:127.0.0.1:6653
until_true 15 connected ssl:127.0.0.1:6653 && echo "connected over TLS"
dismiss
