# The dpctl commands of connection tracking: arguments and errors. Those that end the reference are left out.
# seconds: 25
. "$ORACLE/conntrack.sh"
start_switch --enable-dummy=override 2>/dev/null
keep_asking
EACH="ct-get-maxconns ct-enable-tcp-seq-chk ct-bkts ct-get-limits ipf-get-status ct-stats-show dump-conntrack flush-conntrack"
D=dummy@ovs-dummy
echo "== no datapath"
for x in ct-get-nconns flush-conntrack ct-set-limits:zone=1,limit=1 ipf-set-enabled:v4; do ask ${x//:/ }; done
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy
echo "== one, and names for it"
for a in "" $D x; do for x in $EACH; do ask $x $a; done; done
for a in ovs-dummy system@x; do ask ct-get-nconns $a; done
echo "== bounds"
for a in x -1 "" 4294967296 99999999999999999999 0x10 "1 2 3" "$D 7" "x 7" "$D x"; do ask ct-set-maxconns $a; done
ask ct-get-maxconns
for a in "zone=1,limit=3 zone=2,limit=4" zone=1 limit=3 zone=x,limit=3 zone=1,limit=x zone=70000,limit=3 \
  zone=5,limit=3,foo=4 default=x default= "default=5 zone=3,limit=1" "zone=3,limit=1 default=6" "$D zone=9,limit=9" \
  "x zone=9,limit=9" zone=-1,limit=1 zone=12,limit=4294967296 "default=1 default=2" zone=8,limit=1,zone=9,limit=2 \
  limit=6,zone=6 zone=13,limit=-1 default=0x10 zone=14,limit=0x10 zone=,limit=1 default=3,zone=1,limit=2 \
  zone=15,limit=1,foo zone=16,limit=1,; do ask ct-set-limits $a; done
ask ct-get-limits
for a in zone=1,99 zone=1,x zone=70000 $D "$D zone=1" "x zone=1" foo "zone=1 zone=2" zone=9,,1,9 zone=-1 "$D zone=1 x" \
  zone=0x1; do ask ct-get-limits $a; done
for a in "" zone=1,2 zone=x zone=99 "$D zone=13" "x zone=3" foo zone=11,x; do ask ct-del-limits $a; done
ask ct-get-limits
for a in gt=x gt= "$D gt=1" foo=1 "gt=1 $D" "x gt=1" "$D x"; do ask ct-bkts $a; done
ovs-vsctl add-br br1 -- set bridge br1 datapath_type=netdev
echo "== two"
for x in ct-bkts flush-conntrack ct-get-limits:zone=1 ct-set-maxconns:7 dump-conntrack:zone=1; do ask ${x//:/ }; done
ask ct-disable-tcp-seq-chk netdev@ovs-netdev; ask ct-get-tcp-seq-chk netdev@ovs-netdev; ask ct-get-tcp-seq-chk $D
