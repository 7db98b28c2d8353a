# Timeout policies of zones from the database: stages of TCP, UDP and ICMP, and flows that carry the policy's number
. "$ORACLE/conntrack.sh"
conntrack_switch <<'F'
table=0,ip,nw_dst=10.8.0.0/24,actions=ct(commit,zone=8,table=9)
table=0,priority=1,ip,actions=ct(commit,zone=7,table=9)
table=9,actions=controller
F
ovs-vsctl -- --id=@m create Datapath datapath_version=0 -- set Open_vSwitch . datapaths:dummy=@m >/dev/null
ovs-vsctl add-zone-tp dummy zone=7 udp_first=11 udp_single=12 udp_multiple=13 icmp_first=14 icmp_reply=15 \
  tcp_syn_sent=16 tcp_syn_recv=17 tcp_established=18 tcp_fin_wait=19 tcp_time_wait=20 tcp_close=21
sleep 0.5
ovs-vsctl list-zone-tp dummy
left() { in_by p1 "$1" >/dev/null; connections -s | grep -o '^[a-z]*\|zone=.*' | paste -d' ' - - ; }
A=10.0.0.1:1000 B=10.7.0.2:80
left "udp $A $B"; left "udp $A $B"; left "udp $B $A"
left "icmp 10.0.0.1 10.7.0.2 8 id=1"; left "icmp 10.7.0.2 10.0.0.1 0 id=1"
ovs-appctl dpctl/flush-conntrack
left "tcp $A $B S seq=100"; left "tcp $B $A SA seq=100 ack=101"; left "tcp $A $B A seq=101 ack=101"
left "tcp $A $B FA seq=101 ack=101"; left "tcp $B $A FA seq=101 ack=102"; left "tcp $A $B A seq=102 ack=102"
flows() { ovs-appctl dpctl/dump-flows | grep -o 'ct(.*' | sort; }
flows
echo "== gone, and another"
ovs-vsctl del-zone-tp dummy zone=7; sleep 0.5; ovs-appctl revalidator/wait
left "tcp $A $B A seq=102 ack=102"
ovs-vsctl add-zone-tp dummy zone=8 udp_first=99; sleep 0.5; ovs-appctl revalidator/wait
left "udp 10.0.0.1:5 10.8.0.1:2"; left "udp 10.0.0.1:6 10.7.0.1:2"
flows
