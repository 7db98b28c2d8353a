# What dump-flows and get-flow can be asked for.
start_switch --enable-dummy=override >/dev/null 2>&1
a() { try ovs-appctl "dpctl/$@"; }
sorted() { echo "\$ $*"; ovs-appctl "dpctl/$@" 2>&1 | sort; }
a add-dp dummy@d1 p1 p2
a dump-flows
a add-flow 'ufid:00000000-0000-0000-0000-000000000001,in_port(1),eth(),eth_type(0x0800),ipv4()' 2
a add-flow 'ufid:00000000-0000-0000-0000-000000000002,in_port(2),eth(),eth_type(0x0806),arp()' 1
sorted dump-flows -m
sorted dump-flows -m --no-names dummy@d1
for options in x dummy@x foo@x d1 -q --foo -- '-mq' 'a b c d e f g'; do a dump-flows $options; done
for options in '- x' 'dummy@d1 -m' 'dummy@d1 x' 'filter=ip dummy@d1'; do sorted dump-flows $options; done
for f in '' ip tcp in_port=1 in_port=p2 nw_src=1.1.1.1 ip,nw_src=1.1.1.1 ip,nw_src=9.0.0.0/8 dl_type=0x86dd \
  priority=5 'in_port(1)' ufid:1 in_port=77 recirc_id=0 recirc_id=1 in_port= ip,nw_src; do sorted dump-flows "filter=$f"; done
a dump-flows filter=ip filter=tcp
a dump-flows foo filter=ip
for t in '' ovs tc all offloaded non-offloaded dpdk non-dpdk partially-offloaded tc,offloaded ovs, ,ovs foo ovs,foo; do sorted dump-flows "type=$t"; done
for p in 0 -1 x '' 2147483647; do a dump-flows "pmd=$p" filter=ip; done
a dump-flows pmd=-1 filter=tcp type=ovs
for arguments in '' x ufid: ufid:x ufid:00000000-0000-0000-0000-000000000003 ufid:00000000-0000-0000-0000-000000000001 \
  'dummy@d1 ufid:00000000-0000-0000-0000-000000000001' 'nosuch ufid:00000000-0000-0000-0000-000000000001' \
  'ufid:00000000-0000-0000-0000-000000000001 pmd=-1' '-m ufid:00000000-0000-0000-0000-000000000001' \
  '--names ufid:00000000-0000-0000-0000-000000000001x' 'dummy@d1 x y'; do a get-flow $arguments; done
a add-dp dummy@d2
for command in dump-flows del-flows 'del-flow x' 'get-flow x' 'add-flow a b' 'add-flows nosuch' offload-stats-show; do a $command; done
