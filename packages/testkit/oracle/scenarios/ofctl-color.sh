# colours: in flows of every version, groups, packets, monitors; OVS_COLORS; when they are used at all
start_switch --enable-dummy=override >/dev/null 2>&1
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy protocols=OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15 \
  -- add-port br0 p1 -- set interface p1 type=dummy ofport_request=1
# c ARGUMENT...: in colour, ages taken out
c() { echo "> $*"; ovs-ofctl --color=always "$@" 2>/dev/null | cat -v | sed -E 's/((duration|idle_age|hard_age)=[^,0-9]*(36m[^,0-9]*)?(\^\[\[m\^\[\[K)?)[0-9.]+s?/\1T/g; s/duration[0-9.]+s/durationT/'; }
for file in "$ORACLE/random-flows-10.txt" "$ORACLE/random-flows-12.txt" "$ORACLE/random-flows-13.txt" "$ORACLE/random-flows-15.txt"; do
  cp "$file" flows.txt
  version=${file##*-}
  c -O "OpenFlow${version%.txt}" parse-flows flows.txt
done
ovs-ofctl -O OpenFlow15 add-group br0 'group_id=7,type=select,selection_method=hash,fields(ip_src,tcp_dst=0xff),bucket=bucket_id:3,weight:5,watch_port:1,actions=set_field:1->reg0,resubmit(,3),bucket=weight:2,actions=output:1'
for version in 3 5; do for command in dump-groups dump-group-stats; do c -O OpenFlow1$version $command br0; done; done
listen() { ovs-ofctl -O OpenFlow13 --color=always --detach --pidfile="$1.pid" --unixctl="$OVS_RUNDIR/$1" --no-chdir monitor br0 65534 "${@:2}" >"$1" 2>&1; }
listen mon watch:
listen mon2 -P nxt_packet_in2
ovs-ofctl -O OpenFlow13 add-flow br0 'cookie=0x9,priority=7,tcp,tp_dst=80,idle_timeout=500,send_flow_rem,actions=set_field:4->reg3,controller(userdata=01.02,max_len=64)'
ovs-ofctl add-flow br0 'priority=8,udp,actions=controller'
for rest in 'proto=6,tos=0,ttl=64,frag=no),tcp(src=8,dst=80),tcp_flags(syn)' 'proto=17,tos=0,ttl=64,frag=no),udp(src=8,dst=80)'; do
  ovs-appctl netdev-dummy/receive p1 "in_port(1),eth(src=50:54:00:00:00:05,dst=50:54:00:00:00:07),eth_type(0x0800),ipv4(src=192.168.0.1,dst=192.168.0.2,$rest"
done
ovs-ofctl -O OpenFlow13 packet-out br0 'in_port=1 packet=505400000007505400000005123400000000000000000000 actions=output:1,controller'
for version in 0 3 5; do c -O OpenFlow1$version dump-flows br0; done
c -O OpenFlow13 --no-stats dump-flows br0
c -O OpenFlow13 --sort=tp_dst --rsort --no-names dump-flows br0
c --names dump-flows br0 tcp
c dump-aggregate br0
printf 'udp,actions=2\n' >wanted
c diff-flows br0 wanted | sort
OVS_COLORS='ac=01;31:dr=1:le=2:pm=3:pr=4:sp=5:vl=6' c -O OpenFlow13 dump-flows br0
for colors in 'zz=1:ac' 'ac=x' '' 'pm='; do OVS_COLORS=$colors c -O OpenFlow13 dump-flows br0 tcp; done
for when in '' =auto =tty =if-tty =never =no =none =yes =force; do echo "> color$when"; ovs-ofctl --color$when --no-stats dump-flows br0 tcp | cat -v; done
try ovs-ofctl --color=foo dump-flows br0
ovs-ofctl -O OpenFlow13 del-flows br0 tcp
until_true 5 grep -q FLOW_REMOVED mon && until_true 5 grep -q FLOW_REMOVED mon2
for monitor in mon mon2; do ovs-appctl -t "$OVS_RUNDIR/$monitor" exit; sort $monitor | cat -v | sed -E 's/duration[0-9.]+s/durationT/'; done
c ofp-print 040d003000000003ffffffff00000001001000000000000000000010000000010000000000000000aabbccddeeff1234
printf '0000000800020000\n' | c parse-actions OpenFlow10
