# Tunnel ports: options, what is wrong with them, the ports of the datapath that they share, and lists of them.
start_switch --enable-dummy --disable-system >/dev/null 2>&1
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure
# Ports in one transaction; KIND then options, name by number.
transact() {
  local n=$1 kind options word words=()
  shift
  for word in "$@"; do
    kind=${word%% *} options=${word#"$kind"}
    words+=(-- add-port br0 "t$n" -- set interface "t$n" "type=$kind" "ofport_request=$n")
    for options in $options; do words+=("options:$options"); done
    n=$((n + 1))
  done
  ovs-vsctl "${words[@]}" >/dev/null 2>&1
}
transact 10 'vxlan' 'vxlan remote_ip=foo' 'vxlan remote_ip=224.0.0.1' 'vxlan remote_ip=ff02::1' \
  'vxlan remote_ip=1.2.3.4 local_ip=fc00::1' 'vxlan remote_ip=1.1.1.1 local_ip=flow' \
  'vxlan remote_ip=1.2.3.4 packet_type=legacy_l3' 'vxlan remote_ip=1.2.3.4 packet_type=foo' \
  'geneve remote_ip=1.2.3.4 packet_type=legacy_l3' 'gtpu remote_ip=1.2.3.4 packet_type=legacy_l2' \
  'erspan remote_ip=1.2.3.4 erspan_ver=3' 'erspan remote_ip=1.2.3.4 erspan_ver=foo' \
  'erspan remote_ip=1.2.3.4 erspan_ver=2 erspan_dir=2' 'erspan remote_ip=1.2.3.4 erspan_ver=2 erspan_hwid=0x40' \
  'erspan remote_ip=1.2.3.4 erspan_ver=1 erspan_idx=0x1fffff' 'bareudp remote_ip=1.2.3.4 payload_type=foo' \
  'srv6 remote_ip=fc00::1' 'gre64 remote_ip=1.2.3.4'
ovs-vsctl --columns=name,ofport,error -f csv list interface | sort
ovs-vsctl $(for n in $(seq 10 27); do echo -- del-port t$n; done) >/dev/null
transact 30 'gre remote_ip=9.9.9.9 key=3'
transact 31 'ip6gre remote_ip=fc00::9 key=3'
transact 32 'erspan remote_ip=9.9.9.9 key=3 erspan_ver=1 erspan_idx=3'
transact 33 'vxlan remote_ip=1.1.1.1' 'vxlan remote_ip=1.1.1.1 key=5' 'geneve remote_ip=flow key=flow csum=true' \
  'vxlan remote_ip=9.9.9.9 key=3 dst_port=9999 exts=gbp' 'vxlan remote_ip=9.9.9.9 key=3 dst_port=9998 exts=gpe' \
  'gtpu remote_ip=9.9.9.9 key=3' \
  'geneve remote_ip=9.9.9.9 key=0x10 tos=inherit ttl=inherit df_default=false egress_pkt_mark=7 local_ip=4.4.4.4' \
  'gre remote_ip=9.9.9.9 key=3 tos=0x10 ttl=33 csum=true packet_type=legacy_l3' \
  'vxlan remote_ip=flow key=flow local_ip=flow' \
  'vxlan remote_ip=fc00::3 local_ip=fc00::4 in_key=3 out_key=flow' 'gre remote_ip=9.9.9.9 key=4 seq=true packet_type=ptap' \
  'erspan remote_ip=9.9.9.8 key=flow erspan_ver=flow' 'erspan remote_ip=9.9.9.7 erspan_ver=2 erspan_dir=1 erspan_hwid=0x7' \
  'stt remote_ip=1.1.1.1' 'lisp remote_ip=1.1.1.1' 'bareudp remote_ip=1.1.1.1 dst_port=6635 payload_type=mpls' \
  'vxlan remote_ip=1.1.1.1 in_key=foo out_key=0x1ffffffff tos=3 ttl=300 foo=bar' 'vxlan remote_ip=1.1.1.1 key=5 tos=4' \
  'vxlan remote_ip=1.1.1.9 dst_port=9999'
ovs-vsctl --columns=name,ofport,error -f csv list interface | sort
ovs-vsctl --columns=status,mtu,admin_state,link_state,link_speed,ifindex,duplex,link_resets list interface t33
try ovs-appctl dpctl/show
ovs-appctl dpif/show
ovs-appctl ofproto/list-tunnels | sort
ovs-appctl tnl/ports/show -x | sort
# Options change, ports go; what tunnels share goes with the last of them.
ovs-vsctl set interface t34 options:key=6 options:dst_port=9997 -- set interface t35 options:remote_ip=8.8.8.8 \
  -- del-port t30 -- del-port t37 -- del-port t36 -- set interface t38 options:remote_ip=224.0.0.1 2>&1 | head -1
ovs-vsctl get interface t38 ofport error
ovs-appctl dpif/show | grep -E 't3[3-8] '
ovs-appctl ofproto/list-tunnels | grep -E ' t3[3-8] ' | sort
ovs-appctl tnl/ports/show | sort
try ovs-appctl tnl/egress_port_range
try ovs-appctl tnl/egress_port_range 0 9
try ovs-appctl tnl/egress_port_range 100 a
try ovs-appctl tnl/egress_port_range 500 300
try ovs-appctl tnl/egress_port_range
