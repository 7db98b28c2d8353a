# Features of a datapath that flows may use, and what flows are refused without them.
start_switch --enable-dummy=override >/dev/null 2>&1
a() { try ovs-appctl dpif/"$@"; }
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure
for c in '' nosuch 'nosuch x y' br0 'br0 x' 'br0 x y' 'br0 recirc' 'br0 recirc x' 'br0 ct_zone 0' 'br0 ct_label FALSE' \
  'br0 max_vlan_headers x' 'br0 max_vlan_headers 5' 'br0 sample_nesting 3' 'br0 sample_nesting' 'br0 recirc true extra'; do
  a set-dp-features $c
done
a show-dp-features br0
without() {
  ovs-appctl dpif/set-dp-features br0 "$1" false
  shift
  for flow; do
    echo "$flow: $(ovs-ofctl add-flow br0 "$flow" 2>&1 | grep -o 'NXB.*')"
  done
}
ovs-appctl dpif/set-dp-features br0 ct_label true
without ct_orig_tuple6 'ipv6,ct_state=+trk+est,ct_ipv6_src=::1,actions=1' 'ip,ct_state=+trk+est,ct_nw_src=1.1.1.1,actions=1'
without ct_orig_tuple 'ip,ct_state=+trk+est,ct_nw_src=1.1.1.1,actions=1'
without ct_zone 'ip,actions=ct(commit,zone=5)' 'ip,ct_zone=3,actions=1' 'ip,actions=ct(commit)'
without ct_mark 'ip,actions=ct(commit,exec(set_field:1->ct_mark))' 'ip,ct_mark=3,actions=1'
without ct_label 'ip,actions=ct(commit,exec(set_field:1->ct_label))' 'ip,ct_label=3,actions=1'
without ct_state_nat 'ip,actions=ct(nat)' 'ip,ct_state=+trk+snat,actions=1' 'ip,ct_state=+trk,actions=1'
without ct_state 'ip,actions=ct' 'ip,ct_state=+trk,actions=1' 'ip,actions=ct_clear' 'ip,actions=1'
