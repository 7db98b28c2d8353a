# Translation of addresses and ports, errors about translated packets, expiry, limits
# seconds: 25
. "$ORACLE/conntrack.sh"
conntrack_switch <<'F'
table=0,priority=6,ip,nw_dst=10.7.0.0/24,actions=ct(commit,zone=7,exec(set_field:7->ct_mark)),ct(commit,zone=7,table=9)
table=0,priority=6,ip,nw_dst=10.8.0.0/24,actions=ct(commit,zone=8,table=9)
table=0,priority=5,ip,actions=ct(table=1,zone=5,nat)
table=1,priority=9,ct_state=+new+trk,udp,in_port=1,nw_dst=10.0.0.3,actions=ct(commit,zone=5,nat(src=10.9.9.9:7000-7001),table=2)
table=1,priority=9,ct_state=+new+trk,udp,in_port=1,nw_dst=10.0.0.4,actions=ct(commit,zone=5,nat(dst=10.8.8.8),table=2)
table=1,priority=9,ct_state=+new+trk,udp,in_port=1,nw_dst=10.0.0.5,actions=ct(commit,zone=5,nat(dst=10.8.8.8:53),table=2)
table=1,priority=9,ct_state=+new+trk,udp,in_port=1,nw_dst=10.0.0.6,actions=ct(commit,zone=5,nat(src=0.0.0.0),table=2)
table=1,priority=5,ct_state=+new+trk,ip,in_port=1,actions=ct(commit,zone=5,nat(src=10.9.9.9),table=2)
table=1,priority=0,actions=controller
table=2,actions=controller
table=9,actions=controller
F
for port in 1000 600 100; do for s in 1 2; do in_by p1 "udp 10.0.0.$s:$port 10.0.0.2:80"; done; done
in_by p2 "udp 10.0.0.2:80 10.9.9.9:1000"
in_by p2 "udp 10.0.0.2:80 10.9.9.9:601"
# Which of the two ports each got is chance. (Not by a pipe: what was told must be known as told.)
for s in 1 2 3; do in_by p1 "udp 10.0.0.$s:7000 10.0.0.3:80"; done >ports
sed -E '/nw_src=10.9.9.9/s/tp_src=700[01]|_csum:[0-9a-f]*//g' ports
for to in 10.0.0.4:80 10.0.0.5:80 10.8.8.8:80 10.0.0.4:53 10.0.0.6:80; do in_by p1 "udp 10.0.0.1:1000 $to"; done
in_by p2 "udp 10.8.8.8:80 10.0.0.1:1000"
for s in 1 2; do in_by p1 "icmp 10.0.0.$s 10.0.0.2 8 id=7"; done
in_by p2 "icmp 10.0.0.2 10.9.9.9 0 id=7"
in_by p1 "tcp 10.0.0.1:1000 10.0.0.7:80 S"
for s in 1 2; do in_by p1 "ip 10.0.0.$s 10.0.0.7 50 size=10"; done
in_by p2 "ip 10.0.0.7 10.9.9.9 50 size=10"
in_by p2 'icmp 10.0.0.2 10.9.9.9 3 code=1 inner=(udp 10.9.9.9:1000 10.0.0.2:80)'
in_by p1 'icmp 10.0.0.1 10.0.0.4 3 code=1 inner=(udp 10.0.0.4:80 10.0.0.1:1000)'
connections -m | grep -v 7000
echo "== time"
later 29000
in_by p1 "tcp 10.0.0.1:1000 10.0.0.7:80 S seq=9"; connections -s | grep -v 7000
later 59000; sleep 0.5
ask ct-get-nconns; connections
echo "== limits"
ask ct-set-limits default=2 zone=5,limit=3
for p in 1 2 3 4; do in_by p1 "udp 10.0.0.2:$p 10.0.0.2:80"; done
ask ct-get-limits; ask ct-get-limits zone=5,6
ask ct-del-limits zone=5; ask ct-get-limits
in_by p1 "udp 10.0.0.2:9 10.0.0.2:80"
ask ct-set-limits zone=5,limit=4; ask ct-get-limits
in_by p1 "udp 10.0.0.2:10 10.0.0.2:80"
ask ct-get-nconns; ask flush-conntrack zone=5; ask ct-get-limits
echo "== the default's, shared by all zones without one"
ask ct-set-limits default=3
for p in 1 2; do in_by p1 "udp 10.0.0.1:$p 10.7.0.1:2"; done
for p in 3 4; do in_by p1 "udp 10.0.0.1:$p 10.8.0.1:2"; done
ask ct-get-limits zone=7,8; connections
ask ct-set-limits default=0 zone=8,limit=0; in_by p1 "udp 10.0.0.1:5 10.8.0.1:2"; in_by p1 "udp 10.0.0.1:5 10.7.0.1:2"
ask ct-set-limits default=100; ask flush-conntrack
echo "== all connections"
ask ct-set-maxconns 1
for p in 11 12; do in_by p1 "udp 10.0.0.2:$p 10.0.0.2:80"; done
ask ct-bkts gt=0; ask ct-bkts gt=1; connections
