# The dpctl commands of fragments and of connections: arguments and errors
# seconds: 25
. "$ORACLE/conntrack.sh"
start_switch --enable-dummy=override 2>/dev/null
keep_asking
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy
D=dummy@ovs-dummy
for a in "" v6 v5 "$D v4" "x v4" $D "$D v6 z" V4 v4x; do ask ipf-set-disabled $a; done
ask ipf-set-enabled v4; ask ipf-get-status
for a in v4 "v4 399" "v4 400" "v4 x" "v6 1279" "v5 1000" "v4 0" "v4 -1" "$D v4 500" "x v4 500" "v4 4294967296" "$D v6 1 1" \
  "v4 0x200"; do ask ipf-set-min-frag $a; done
for a in "" x 5001 4294967296 "$D 7" "x 7" "$D x" "500 600 7"; do ask ipf-set-max-nfrags $a; done
for a in -m "-m $D" "$D x"; do ask ipf-get-status $a; done
echo "== connections"
for a in zone=x zone=70000 "$D zone=x" "zone=1 $D" "x zone=1" -s -z "zone=1 x" --more --bogus zone= foo=1 "$D zone=1 -m -s" \
  "$D zone=1 -m -s -s" "verbose zone=1" "x verbose"; do ask dump-conntrack $a; ask ct-stats-show $a; done
T=ct_nw_src=10.1.1.1,ct_nw_dst=10.1.1.2,ct_nw_proto=17,ct_tp_src=1,ct_tp_dst=2
for a in zone=x zone=70000 "$D zone=1" "zone=1 $T" $T "x $T" "$T $T" "zone=1 $T $T $T" ct_nw_src=x ct_nw_proto=17 \
  ct_nw_proto=x ct_foo=1 ct_nw_proto=300 ct_nw_proto=6,ct_tp_src=70000 ct_tp_src=1 ct_nw_src=1.1.1.1,ct_ipv6_dst=::1 \
  ct_ipv6_src=::1 ct_ipv6_src=z icmp_id=1 ct_nw_proto=6,icmp_id=1 ct_nw_proto=1,ct_tp_src=1 ct_nw_proto=1,icmp_type=300 \
  ct_nw_proto=1,icmp_code=8,icmp_type=8,icmp_id=8 ct_nw_src= ct_nw_src zone=1,$T "$T ct_nw_src=x" "$T bogus" \
  "zone=1 zone=2" "-m $T"; do ask flush-conntrack $a; done
