# Ports, bridges and controllers taken out and put in again by one command: new rows, which get their status like any.
start_switch --enable-dummy=override
new_bridge() { try ovs-vsctl --if-exists del-br br0 -- add-br br0 -- set bridge br0 datapath_type=dummy other_config:hwaddr=aa:55:aa:55:00:00; }
new_port() { try ovs-vsctl --if-exists del-port p1 -- add-port br0 p1 -- set interface p1 type=dummy "$@"; }
shown() {
  ovs-vsctl -f csv --columns=name,ofport,error,link_state,admin_state,mtu list interface | sort
  ovs-vsctl --columns=name,datapath_id,datapath_version list bridge
}
new_bridge
new_port
new_port
new_port ofport_request=7
new_port options:x=y
ovs-vsctl add-port br0 p2 -- set interface p2 type=dummy
shown
try ovs-vsctl del-port p1 -- --id=@i get interface p2 -- add-port br0 p1 -- set interface p1 type=dummy
new_bridge
new_bridge
shown
new_port
try ovs-vsctl del-port p1 -- del-br br0 -- add-br br1 -- set bridge br1 datapath_type=dummy -- add-port br1 p1 -- set interface p1 type=dummy
ovs-vsctl -f csv --columns=name,ofport list interface | sort
for i in 1 2; do
  ovs-vsctl set-controller br1 "ptcp:$((16653 + i)):127.0.0.1"
  ovs-ofctl show "tcp:127.0.0.1:$((16653 + i))" | grep -c OFPT_FEATURES_REPLY
  ovs-vsctl set-controller br1 "ptcp:$((16653 + i)):127.0.0.1"
  ovs-ofctl show "tcp:127.0.0.1:$((16653 + i))" | grep -c OFPT_FEATURES_REPLY
done
grep -o 'bridge|.*' "$OVS_LOGDIR/ovs-vswitchd.log" | grep interface | sort

# A port keeps its number when its type changes and when another daemon takes over; only internal ones take an address.
ovs-vsctl add-port br1 q1 -- set interface q1 type=dummy
ovs-vsctl add-port br1 q2 -- set interface q2 type=dummy ofport_request=9
ovs-vsctl add-port br1 q3 -- set interface q3 type=dummy
ovs-vsctl clear interface q2 ofport_request -- del-port p1
numbers() { ovs-vsctl -f csv --columns=name,type,ofport list interface | sort; }
ovs-vsctl set interface q1 type=internal 'mac="aa:bb:cc:00:00:01"' -- set interface q3 'mac="aa:bb:cc:00:00:03"'
ovs-vsctl set interface q2 type=internal; numbers
ovs-vsctl --columns=mac_in_use find interface 'mac!=[]' | grep aa:bb
stop ovs-vswitchd
ovs-vswitchd --detach --no-chdir --pidfile -vconsole:off --enable-dummy=override "unix:$OVS_RUNDIR/db.sock"
ovs-vsctl add-port br1 q0 -- set interface q0 type=dummy; numbers
