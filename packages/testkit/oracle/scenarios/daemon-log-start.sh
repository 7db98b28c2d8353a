# What the log says of a datapath when it is opened, and of a normal life.
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure other-config:datapath-id=1122334455667788 \
  -- add-port br0 p1 -- set interface p1 type=dummy ofport_request=1
ovs-ofctl add-flow br0 in_port=1,actions=drop
ovs-vsctl del-port p1
until_true 10 grep -q 'deleted interface' "$OVS_LOGDIR/ovs-vswitchd.log"
# Threads and poll-mode drivers are the original's own.
cut -d'|' -f3- "$OVS_LOGDIR/ovs-vswitchd.log" | grep -v -e ovs_numa -e '^dpif_netdev' -e ofproto_dpif_upcall -e '^memory' |
  sed -E 's/unix#[0-9]+/unix#N/g; s/(in the last|ago) [0-9]+ s/\1 T s/'
