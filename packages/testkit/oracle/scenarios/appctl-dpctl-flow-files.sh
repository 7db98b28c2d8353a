# Files of datapath flows.
start_switch --enable-dummy=override >/dev/null 2>&1
a() { try ovs-appctl "dpctl/$@"; }
sorted() { echo "\$ $*"; ovs-appctl "dpctl/$@" 2>&1 | sort; }
a add-flows nosuch
a add-dp dummy@d1 p1 p2
a add-flows
a add-flows a b c
a add-flows nosuch
a add-flows dummy@nosuch nosuch
a mod-flows dummy@d1 nosuch
a del-flows nosuch
a del-flows dummy@x
a del-flows dummy@d1 nosuch
a del-flows a b c
a add-flows /
a add-flows -
FLOW='in_port(1),eth(),eth_type(0x0800),ipv4'
cat >flows <<END
# comment
add ufid:00000000-0000-0000-0000-000000000011,$FLOW(src=1.0.0.1) 2

add $FLOW(src=1.0.0.2) 1,2
modify $FLOW(src=1.0.0.2) 1
  $FLOW(src=1.0.0.3) 1 # x
in_port(1), eth(), eth_type(0x0800), ipv4(src=1.0.0.4) 1 2
in_port(1), eth(), eth_type(0x0800), ipv4(src=1.0.0.6) ,1,2
ufid:00000000-0000-0000-0000-000000000012 $FLOW(src=1.0.0.7) 2
add   $FLOW(src=1.0.0.8)     2  
$FLOW(src=1.0.0.9) set(ipv4(src=2.2.2.2)),2
delete $FLOW(src=1.0.0.8)
delete $FLOW(src=1.0.0.9) 2
delete ufid:00000000-0000-0000-0000-000000000012
del $FLOW(src=1.0.0.9) 2
mod $FLOW(src=1.0.0.9) 3
ADD $FLOW(src=1.0.0.11) 3
add
add in_port(1)
add	$FLOW(src=1.0.0.12)	3
add,$FLOW(src=1.0.0.20) 4
addx $FLOW(src=1.0.0.21) 4
$FLOW(src=1.0.0.13 2
$FLOW(src=1.0.0.14)) 2
$FLOW(src=1.0.0.15)2
foo
foo 1
$FLOW(src=1.0.0.16) drop
$FLOW(src=1.0.0.17) bad
recirc_id(0),$FLOW(src=1.0.0.19), packets:0, bytes:0, used:never, actions:drop
END
for command in add mod del; do
  a $command-flows "$PWD/flows"
  sorted dump-flows
done
a add-flows dummy@d1 "$PWD/flows"
a del-flows dummy@d1
a add-flows -s "$PWD/flows"
a mod-flows --may-create "$PWD/flows"
a mod-flows --may-create dummy@d1 "$PWD/flows"
a del-flows -s "$PWD/flows"
a del-flows -s
a dump-flows
