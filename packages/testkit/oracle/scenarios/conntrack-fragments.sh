# Fragments: held, tracked as one packet, sent on as they came; overlaps, sizes, expiry
# seconds: 25
. "$ORACLE/conntrack.sh"
conntrack_switch <<'F'
table=0,priority=6,ip,in_port=1,actions=ct(commit,zone=7,nat(src=10.9.9.9),table=9)
table=0,priority=6,ipv6,in_port=1,actions=ct(commit,zone=7,table=9)
table=0,priority=5,ip,actions=ct(zone=7,nat,table=9)
table=9,actions=controller
F
state() { ovs-appctl dpctl/ipf-get-status -m | grep -v 'enabled\|---\|Module\|: 0$\|^$' | sed 's/^ *//' | sort | tr '\n' ';'; echo; }
U='udp 10.0.0.1:5 10.0.0.2:6 size=3000'
for part in 0+1200+ 1200+1200+ 2400+608; do in_by p1 "$U frag=$part ipid=3"; state; done
connections
echo "== out of order"
for part in 2400+608 0+1200+ 1200+1200+; do in_by p1 "$U frag=$part ipid=4"; state; done
echo "== overlaps"
for part in 0+1200+ 0+1200+ 1192+1200+ 1200+1176+ 1200+1184+ 2400+608 2384+624; do in_by p1 "$U frag=$part ipid=5"; done
state
echo "== expiry"
later 14000; in_by p1 "udp 10.0.0.1:9 10.0.0.2:6"
later 1000; in_by p1 "udp 10.0.0.1:9 10.0.0.2:6"; state
later 1; in_by p1 "udp 10.0.0.1:9 10.0.0.2:6"; state
in_by p1 "$U frag=0+1200+ ipid=7"
later 15001; in_by p1 "$U frag=0+1200+ ipid=8"; state
later 26000; in_by p1 "udp 10.0.0.1:9 10.0.0.2:6"; state
echo "== sizes and numbers"
ask ipf-set-min-frag v4 400
for size in 360 376 384; do in_by p1 "$U frag=0+$size+ ipid=$size"; done; state
ask ipf-set-max-nfrags 2
in_by p1 "$U frag=0+384+ ipid=13"; in_by p1 "$U frag=0+384+ ipid=14"; in_by p1 "$U frag=384+384+ ipid=13"; state
ask ipf-set-max-nfrags 100
echo "== answers, wrong checksums, TCP"
R='udp 10.0.0.2:6 10.9.9.9:5 size=1000'
for part in 0+600+ 600+408; do in_by p2 "$R frag=$part ipid=20"; done
for part in 0+600+ 600+408; do in_by p2 "$R frag=$part ipid=21 bad"; done
for part in 0+600+ 600+420; do in_by p1 "tcp 10.0.0.1:5 10.0.0.2:6 S size=1000 frag=$part ipid=20"; done
connections
ask ipf-set-disabled v4
for part in 0+1200+ 1200+1808; do in_by p1 "$U frag=$part ipid=30"; done; state
echo "== IPv6"
U='udp [fd00::1]:5 [fd00::2]:6 size=3000'
for part in 0+1280+ 1280+1280+ 2560+448; do in_by p1 "$U frag=$part ipid=3"; state; done
for size in 1224 1232; do in_by p1 "$U frag=0+$size+ ipid=4"; done; state
ask ipf-set-disabled v6
in_by p1 "$U frag=0+1280+ ipid=9"; state; connections
