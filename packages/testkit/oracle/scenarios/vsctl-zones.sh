# ovs-vsctl add-zone-tp, del-zone-tp, list-zone-tp, list-dp-cap: timeout policies, and their refusals
start_db
v() { try ovs-vsctl --no-wait "$@"; }
v list-zone-tp netdev
v add-zone-tp netdev zone=1 icmp_first=1
v --id=@d create datapath datapath_version=0 -- set open . datapaths:netdev=@d
v add-zone-tp netdev zone=1 icmp_first=1 icmp_reply=2
v add-zone-tp netdev zone=1 icmp_first=1
v --may-exist add-zone-tp netdev zone=1 icmp_first=5
v add-zone-tp netdev zone=2 tcp_syn_sent=3 udp_single=4
v list-zone-tp netdev
v add-zone-tp netdev zone=70000 icmp_first=1
v add-zone-tp netdev zone=3 nope=1
v add-zone-tp netdev zone=3 icmp_first=-1
v add-zone-tp netdev zone=3
v del-zone-tp netdev zone=9
v --if-exists del-zone-tp netdev zone=9
v del-zone-tp netdev zone=1
v list-zone-tp netdev
v list-dp-cap netdev
v set datapath netdev capabilities:recirc=true
v list-dp-cap netdev
v list-dp-cap nope
v list datapath
