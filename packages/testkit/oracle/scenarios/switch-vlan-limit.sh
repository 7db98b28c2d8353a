# other_config:vlan-limit: how many tags are looked into, in flows, dumps and traces
start_switch --enable-dummy=override
keep_asking
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure
for i in 1 2; do ovs-vsctl add-port br0 p$i -- set interface p$i type=dummy ofport_request=$i; done
ovs-ofctl add-flow br0 'dl_type=0x8100,actions=2'
ovs-ofctl add-flow br0 'dl_type=0x88a8,actions=2'
ovs-ofctl add-flow br0 'ip,actions=pop_vlan,2'
t() { ovs-appctl netdev-dummy/receive p1 "020000000001020000000002$1" ; ovs-appctl dpctl/dump-flows | sed 's/used:[^,]*,//' ; ovs-ofctl dump-flows br0 --no-stats; ovs-ofctl dump-aggregate br0; ovs-appctl revalidator/purge; }
one=8100000a080045000014000000004000000001020304 
two=88a80014$one
thr=88a8001e$two
for l in none 1 2 0 5; do
 echo "== $l"
 [ $l = none ] || ovs-vsctl set open . other_config:vlan-limit=$l
 for p in $one $two $thr; do t $p; done
 ovs-appctl dpif/show-dp-features br0 | grep -i vlan
 ovs-appctl ofproto/trace br0 in_port=1 020000000001020000000002$two
done

ovs-vsctl set open . other_config:vlan-limit=2
ovs-appctl netdev-dummy/receive p1 "020000000001020000000002$thr"
ovs-appctl dpctl/dump-flows -m| sed 's/ufid:[^,]*,//'
