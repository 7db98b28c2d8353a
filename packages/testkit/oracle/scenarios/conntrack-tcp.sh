# TCP's states and windows, and the short lives of UDP and ICMP, packet by packet
# seconds: 25
. "$ORACLE/conntrack.sh"
conntrack_switch <<'F'
table=0,priority=5,ip,actions=ct(table=1,zone=5)
table=1,ct_state=+new+trk,ip,actions=ct(commit,zone=5),controller
table=1,priority=0,actions=controller
F
A=10.0.0.1:1000 B=10.0.0.2:80
in_by p1 "tcp $A $B S seq=100 win=1000 ws=7"; connections -m -s
in_by p2 "tcp $B $A SA seq=5000 ack=101 win=1000 ws=3"; connections -m -s
in_by p1 "tcp $A $B A seq=101 ack=5001 win=1000"; connections -m -s
echo "== outside of the window"
in_by p1 "tcp $A $B A seq=90000101 ack=5001 win=1000 data=hello"
in_by p1 "tcp $A $B A seq=101 ack=90005001 win=1000 data=hello"
in_by p1 "tcp $A $B R seq=900 ack=5001 win=1000"
ovs-appctl dpctl/ct-disable-tcp-seq-chk
in_by p1 "tcp $A $B A seq=90000101 ack=5001 win=1000 data=hello"; connections -m -s
ovs-appctl dpctl/flush-conntrack; ovs-appctl dpctl/ct-enable-tcp-seq-chk
echo "== the end"
in_by p1 "tcp $A $B S seq=100 win=1000"
in_by p2 "tcp $B $A SA seq=5000 ack=101 win=1000 ws=3"
in_by p1 "tcp $A $B A seq=101 ack=5001 win=1000"
in_by p1 "tcp $A $B FA seq=101 ack=5001 win=1000"; connections -s
in_by p2 "tcp $B $A FA seq=5001 ack=102 win=1000"; connections -m -s
in_by p1 "tcp $A $B A seq=102 ack=5002 win=1000"; connections -s
in_by p1 "tcp $A $B S seq=2000000 win=1000 ws=7"; connections -m -s
in_by p2 "tcp $B $A RA ack=2000001 win=1000"; connections -m -s
echo "== from the middle, and nonsense"
in_by p1 "tcp 10.0.0.1:1001 $B A seq=1022 ack=5002 win=1000"
in_by p2 "tcp $B 10.0.0.1:1001 A seq=5002 ack=1022 win=1000"; connections -m -s
for flags in SF SR F P "" SA; do in_by p1 "tcp 10.0.0.1:1002 $B $flags seq=1"; done
in_by p1 "tcp 10.0.0.1:1003 $B A seq=1022 bad"
echo "== UDP, ICMP, others"
in_by p1 "udp $A $B data=hi bad"
for i in 1 2 3; do in_by p1 "udp $A $B data=hi"; done; connections -s | grep udp
in_by p2 "udp $B $A data=hi"; connections -s | grep udp
for i in 1 2; do in_by p1 'icmp 10.0.0.1 10.0.0.2 8 id=7'; done
in_by p2 'icmp 10.0.0.2 10.0.0.1 0 id=7'; connections -s -m | grep icmp
in_by p1 'icmp 10.0.0.1 10.0.0.2 8 id=7 bad'
for type in 17 13 15 0; do in_by p1 "icmp 10.0.0.1 10.0.0.2 $type id=9"; done
in_by p1 'icmp 10.0.0.1 10.0.0.2 8 code=1 id=8'
for from in 2 9; do in_by p2 "icmp 10.0.0.$from 10.0.0.1 3 code=1 inner=(udp $A $B data=hi)"; done
in_by p2 'icmp 10.0.0.9 10.0.0.1 3 code=1 inner=(udp 10.0.0.1:1007 10.0.0.2:80 data=hi)'
in_by p2 "icmp 10.0.0.9 10.0.0.3 3 code=1 inner=(udp $A $B data=hi)"
in_by p2 "icmp 10.0.0.9 10.0.0.1 3 code=1 cut=4 inner=(udp $A $B data=hi)"
in_by p2 'ip 10.0.0.9 10.0.0.1 50 size=40'
in_by p1 'ip 10.0.0.1 10.0.0.9 50 size=40'; connections -s
ovs-appctl dpctl/ct-bkts; ovs-appctl dpctl/ct-stats-show verbose; ovs-appctl dpctl/ct-stats-show -m zone=4
echo "== flush by parts"
ovs-appctl dpctl/flush-conntrack zone=5 ct_nw_proto=1; connections
ovs-appctl dpctl/flush-conntrack ct_nw_src=10.0.0.1,ct_nw_proto=6 ct_nw_src=10.0.0.2; connections
try ovs-appctl dpctl/flush-conntrack zone=5 ct_nw_src=10.0.0.1,ct_nw_dst=10.0.0.2,ct_nw_proto=17,ct_tp_src=1000,ct_tp_dst=80
try ovs-appctl dpctl/flush-conntrack zone=5 ct_nw_src=10.0.0.1,ct_nw_dst=10.0.0.2,ct_nw_proto=17,ct_tp_src=1000,ct_tp_dst=80
connections; ask ct-get-nconns
