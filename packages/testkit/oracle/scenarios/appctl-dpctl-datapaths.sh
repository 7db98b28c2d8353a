# Datapaths without a bridge: made, looked at, taken away.
start_switch --enable-dummy=override >/dev/null 2>&1
a() { try ovs-appctl "dpctl/$@"; }
a dump-dps
a show
a add-dp
a add-dp x
a add-dp netdev@x
a add-dp dummy@y
a add-dp dummy@y
a add-dp foo@y
a add-dp @y
a add-dp netdev@
a add-dp system@z p1
a add-dp dummy@d1 q1 q2,type=dummy,port_no=7
a dump-dps
a dump-dps -m
a show
a show dummy@d1 z
a show d1 dummy@d1 netdev@x foo@y
a show -s dummy@d1
a show dummy@d1 -s
a show -z
a del-dp
a del-dp nosuch
a del-dp foo@x
a del-dp netdev@x
a del-dp dummy@d1 x
a del-dp dummy@d1
a del-dp dummy@d1
a dump-dps
grep -o 'dpif|WARN|.*' "$OVS_LOGDIR/ovs-vswitchd.log"
