# Ports of a datapath that no bridge has: added, changed, taken away.
# The reference meets its limit of lines at once where ours takes some milliseconds between them.
# ours: dpif|WARN|dummy@dN: port_del failed (Invalid argument)
start_switch --enable-dummy=override >/dev/null 2>&1
a() { try ovs-appctl "dpctl/$@"; }
a add-dp dummy@d1 p1
a add-if dummy@d1
a add-if dummy@nosuch p2
a add-if dummy@d1 p3
a add-if dummy@d1 p3
a add-if dummy@d1 p4,type=internal,port_no=9 p5,port_no=9
a add-if dummy@d1 p6,type=nosuch
a add-if dummy@d1 p7,port_no=abc
a add-if dummy@d1 p7, , p8,foo=bar p9,port_no= p10,foo p11,type=
a show dummy@d1
a set-if dummy@d1
a set-if dummy@d1 p3 p3,type=system p3,port_no=3 p3,foo=bar
a set-if dummy@d1 p3,type=dummy p3,port_no=77 p3,port_no=x p3,type= ,
a set-if dummy@d1 nosuch p4,type=internal
a set-if dummy@nosuch p3
a del-if dummy@d1
a del-if dummy@d1 p3 nosuch p4
a del-if dummy@d1 8 99 0 d1
a del-if dummy@nosuch p1
a show
grep -oE '(failed to add|could not create).*' "$OVS_LOGDIR/ovs-vswitchd.log"
