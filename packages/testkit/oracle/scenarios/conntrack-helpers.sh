# FTP and TFTP: connections that a control connection announces
# seconds: 15
. "$ORACLE/conntrack.sh"
conntrack_switch <<'F'
table=0,priority=6,ip,actions=ct(zone=7,table=1)
table=0,priority=6,ipv6,actions=ct(zone=7,table=1)
table=1,priority=9,in_port=1,tcp,ct_state=+new-rel,tp_dst=21,actions=ct(commit,zone=7,alg=ftp,exec(set_field:9->ct_mark,set_field:5->ct_label),table=9)
table=1,priority=9,in_port=1,tcp6,ct_state=+new-rel,tp_dst=21,actions=ct(commit,zone=7,alg=ftp,table=9)
table=1,priority=9,in_port=1,udp,ct_state=+new-rel,tp_dst=69,actions=ct(commit,zone=7,alg=tftp,table=9)
table=1,priority=9,ip,ct_state=+new+rel,actions=ct(commit,zone=7,table=9)
table=1,priority=9,ipv6,ct_state=+new+rel,actions=ct(commit,zone=7,table=9)
table=1,priority=1,actions=controller
table=9,actions=controller
F
A=10.0.0.1:1000 B=10.0.0.2:21
in_by p1 "tcp $A $B S seq=100"
in_by p2 "tcp $B $A SA seq=500 ack=101"
in_by p1 "tcp $A $B A seq=101 ack=501"; connections -m
echo "== active"
in_by p1 "tcp $A $B AP seq=101 ack=501 data=PORT\\0x2010,0,0,1,4,1\\r\\n"
in_by p2 "tcp $B $A AP seq=501 ack=120 data=200\\0x20ok\\r\\n"
in_by p2 "tcp 10.0.0.2:20 10.0.0.1:1026 S seq=7"
in_by p2 "tcp 10.0.0.2:20 10.0.0.1:1025 S seq=7"; connections -m
in_by p1 "tcp 10.0.0.1:1025 10.0.0.2:20 SA seq=9 ack=8"
echo "== passive"
in_by p1 "tcp $A $B AP seq=120 ack=509 data=PASV\\r\\n"
in_by p2 "tcp $B $A AP seq=509 ack=126 data=227\\0x20Entering\\0x20(10,0,0,2,8,1)\\r\\n"
in_by p1 "tcp 10.0.0.1:3333 10.0.0.2:2049 S seq=7"; connections -m
echo "== lies and nonsense"
for text in 10,0,0,3,4,1 '' 10,0,0,1,4 10,0,0,1,256,1 10,0,0,1,4,2; do
  in_by p1 "tcp $A $B AP seq=126 ack=538 data=PORT\\0x20$text\\r\\n"
done
in_by p1 "tcp $A $B AP seq=126 ack=538 data=EPRT\\0x20|1|10.0.0.1|1030|\\r\\n"
echo "== TFTP"
in_by p1 'udp 10.0.0.1:5000 10.0.0.2:69 data=xx'
in_by p2 'udp 10.0.0.2:3456 10.0.0.1:5000 data=yy'
in_by p1 'udp 10.0.0.1:5000 10.0.0.2:3456 data=yy'; connections -m
ask flush-conntrack
in_by p2 'udp 10.0.0.2:3457 10.0.0.1:5000 data=yy'
echo "== IPv6"
A=[fd00::1]:1000 B=[fd00::2]:21
in_by p1 "tcp $A $B S seq=100"
in_by p2 "tcp $B $A SA seq=500 ack=101"
in_by p1 "tcp $A $B A seq=101 ack=501"
in_by p1 "tcp $A $B AP seq=101 ack=501 data=EPRT\\0x20|2|fd00::1|1030|\\r\\n"
in_by p2 "tcp [fd00::2]:20 [fd00::1]:1030 S seq=7"; connections -m
in_by p2 "tcp $B $A AP seq=501 ack=125 data=229\\0x20Entering\\0x20Extended\\0x20Passive\\0x20Mode\\0x20(|||6446|)\\r\\n"
in_by p1 "tcp [fd00::1]:1031 [fd00::2]:6446 S seq=7"; connections
