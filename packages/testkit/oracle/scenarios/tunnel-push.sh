# Packets into tunnels: headers, what translation says, neighbours that are asked for, routes.
start_switch --enable-dummy --disable-system >/dev/null 2>&1
keep_asking
ovs-appctl time/stop
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure other-config:hwaddr=aa:55:aa:56:00:00 \
  -- add-port br0 p0 -- set interface p0 type=dummy ofport_request=1 options:tx_pcap=p0.pcap
ovs-vsctl add-br int -- set bridge int datapath_type=dummy fail-mode=secure other-config:hwaddr=aa:55:aa:56:00:01
ovs-vsctl add-port int q0 -- set interface q0 type=dummy ofport_request=1 options:tx_pcap=q0.pcap
words=() n=10
tunnel() {
  local kind=$1 option
  shift
  n=$((n + 1))
  words+=(-- add-port int t$n -- set interface t$n "type=$kind" ofport_request=$n)
  for option; do words+=("options:$option"); done
  # Kinds without a port of their own get the next number in the datapath: one after the other.
  case $kind in *gre | *erspan) ovs-vsctl "${words[@]}" && words=() ;; esac
}
tunnel vxlan remote_ip=1.1.2.92 key=123
tunnel vxlan remote_ip=2001:cafe::92 key=124
tunnel vxlan remote_ip=flow key=flow
tunnel vxlan remote_ip=1.1.2.92 key=5 csum=true tos=inherit ttl=inherit df_default=false
tunnel geneve remote_ip=1.1.2.92 key=123
tunnel vxlan remote_ip=1.1.2.92 key=6 egress_pkt_mark=1234
tunnel gre remote_ip=1.1.2.92
tunnel gre remote_ip=1.1.2.92 key=456 csum=true tos=0x10
tunnel gre remote_ip=1.1.2.93 key=flow seq=true
tunnel ip6gre remote_ip=2001:cafe::92 key=1
tunnel erspan remote_ip=1.1.2.92 key=1 erspan_ver=1 erspan_idx=0x3
tunnel ip6erspan remote_ip=2001:cafe::92 key=3 erspan_ver=1 erspan_idx=0x3
tunnel erspan remote_ip=1.1.2.92 key=2 erspan_ver=2 erspan_dir=1 erspan_hwid=0x7
tunnel gtpu remote_ip=1.1.2.92 key=9
tunnel vxlan remote_ip=1.1.2.92 key=78 dst_port=4790 exts=gpe
tunnel vxlan remote_ip=1.1.2.92 key=79 dst_port=4790 exts=gpe packet_type=legacy_l3
tunnel gre remote_ip=1.1.2.92 key=80 packet_type=legacy_l3
tunnel gre remote_ip=1.1.2.94 key=80 packet_type=ptap
tunnel stt remote_ip=1.1.2.92 key=80
tunnel lisp remote_ip=1.1.2.92 key=80
tunnel vxlan remote_ip=3.3.3.3 key=80
tunnel vxlan remote_ip=9.9.9.1 key=81
ovs-vsctl "${words[@]}"
try ovs-appctl netdev-dummy/ip4addr br0 1.1.2.88/24
try ovs-appctl netdev-dummy/ip6addr br0 2001:cafe::88/64
try ovs-appctl netdev-dummy/ip4addr br9 1.1.2.88/24
try ovs-appctl netdev-dummy/ip4addr br0 foo
try ovs-appctl ovs/route/add 1.1.2.92/24 br0
try ovs-appctl ovs/route/add 9.9.9.0/24 br0 1.1.2.1
try ovs-appctl ovs/route/add 9.9.8.0/24 br0 1.1.2.1 pkt_mark=12
try ovs-appctl ovs/route/add 9.9.5.0/24 br0 foo
try ovs-appctl ovs/route/add 9.9.5.0/24 nobr
try ovs-appctl ovs/route/add foo br0
try ovs-appctl ovs/route/add 2001:cafe::92/64 br0
try ovs-appctl ovs/route/add 2001:db8::/32 br0 2001:cafe::1
try ovs-appctl ovs/route/add 2001:db9::/32 br0
ovs-appctl ovs/route/show | grep -v Cached | sort
for lookup in 9.9.9.1 '9.9.8.1 pkt_mark=12' '9.9.8.1 pkt_mark=x' 2001:db8::5 foo; do
  try ovs-appctl ovs/route/lookup $lookup
done
ovs-appctl tnl/ports/show -v | sort
ovs-ofctl add-flow br0 actions=normal
traced() { ovs-appctl ofproto/trace int "in_port=1,dl_src=50:54:00:00:00:09,dl_dst=50:54:00:00:00:0a,$1"; }
ICMP=icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=16,nw_ecn=1,nw_ttl=63
FRAME='in_port(1),eth(src=50:54:00:00:00:09,dst=50:54:00:00:00:0a),eth_type(0x0800),ipv4(src=10.0.0.1,dst=10.0.0.2,proto=1,tos=0x11,ttl=63,frag=no),icmp(type=8,code=0)'
ovs-ofctl add-flow int in_port=1,actions=output:11
traced $ICMP
ovs-ofctl add-flow int in_port=1,actions=output:12
traced $ICMP
ovs-ofctl add-flow int in_port=1,actions=output:32
traced $ICMP
sleep 0.1
ovs-pcap p0.pcap
for neighbour in '1.1.2.92 f8:bc:12:44:34:b6' '1.1.2.93 f8:bc:12:44:34:b7' '1.1.2.94 f8:bc:12:44:34:b7' \
  '2001:cafe::92 f8:bc:12:44:34:b8' '1.1.2.1 f8:bc:12:44:34:01' '1.1.2.3 f8:bc' '1.1.2 f8:bc:12:44:34:b6'; do
  ovs-appctl tnl/neigh/set br0 $neighbour 2>/dev/null || echo no
done
ovs-appctl tnl/arp/show | sort
frames=()
for port in 11 12 14 15 16 17 18 20 21 22 23 24 25 26 27 28 29 30 31 32; do
  echo "priority=40000,in_port=1,dl_src=50:54:00:00:00:$port,actions=output:$port"
  frames+=("${FRAME/00:09/00:$port}" --len 60)
done >flows
ovs-ofctl add-flows int flows
for port in 14 16 26 31; do ovs-appctl ofproto/trace int in_port=1,dl_src=50:54:00:00:00:$port,$ICMP; done
ovs-appctl netdev-dummy/receive q0 "${frames[@]}"
ovs-appctl revalidator/wait
ovs-appctl dpctl/dump-flows | grep -v '^flow-dump' | sort
ovs-appctl revalidator/purge
sleep 0.1
# Of ERSPAN's third form the time of day is left out, of GTP-U the checksum: the reference's leaves out the length.
ovs-pcap p0.pcap | sed -E -e 's/(100022eb.{16}).{8}/\1TIME/' -e 's/(e5980868....)....(30ff)/\1SUM\2/'
for actions in set_field:1.1.2.92-\>tun_dst,set_field:99-\>tun_id,output:13 set_tunnel:5,output:13 \
  set_field:2001:cafe::92-\>tun_ipv6_dst,set_field:2001:cafe::89-\>tun_ipv6_src,output:13 set_tunnel:88,output:19 \
  set_tunnel:77,set_field:1.1.2.92-\>tun_dst,output:11,output:13,output:15 set_field:4-\>pkt_mark,output:11 \
  output:11,mod_nw_tos:32,output:12 dec_ttl,output:11,output:1,in_port output:29,in_port; do
  echo "== $actions"
  ovs-ofctl add-flow int "in_port=1,actions=$actions"
  traced $ICMP
done
traced arp | tail -3
ovs-appctl netdev-dummy/receive q0 "$FRAME"
ovs-appctl netdev-dummy/receive q0 "$FRAME"
ovs-appctl dpctl/dump-flows
# what flows counted is told to ports by a look at them
ovs-appctl revalidator/wait
ovs-ofctl dump-ports int 29
try ovs-appctl tnl/neigh/aging
try ovs-appctl tnl/neigh/aging foo
try ovs-appctl tnl/neigh/aging 3601
try ovs-appctl tnl/neigh/aging 20
ovs-appctl time/warp 21000 1000 >/dev/null
ovs-appctl tnl/neigh/show
try ovs-appctl tnl/arp/flush
for route in 9.9.9.0/24 9.9.9.0/24 9.9.8.0/24 '9.9.8.0/24 pkt_mark=12' foo; do try ovs-appctl ovs/route/del $route; done
ovs-appctl ovs/route/show | grep -v Cached | sort
