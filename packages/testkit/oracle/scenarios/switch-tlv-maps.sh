# Tunnel option maps: additions, conflicts, removal, flows that use them; flushes of connections, exporters that are not there
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure
for i in 1 2; do ovs-vsctl add-port br0 p$i -- set interface p$i type=dummy ofport_request=$i; done
o() { echo "> $*"; ovs-ofctl -vconsole:off "$@" 2>&1; echo "-> $?"; }
o dump-tlv-map br0
o add-tlv-map br0 '{class=0xffff,type=0x1,len=4}->tun_metadata0'
o add-tlv-map br0 '{class=0xffff,type=0x2,len=8}->tun_metadata1,{class=0xfffe,type=0,len=124}->tun_metadata63'
o dump-tlv-map br0
o add-tlv-map br0 '{class=0xffff,type=0x1,len=4}->tun_metadata5'
o add-tlv-map br0 '{class=0xffff,type=0x9,len=4}->tun_metadata0'
o add-tlv-map br0 '{class=0xffff,type=0x9,len=4}->tun_metadata7,{class=0xffff,type=0x9,len=4}->tun_metadata8'
o add-tlv-map br0 '{class=0xffff,type=0x10,len=124}->tun_metadata10,{class=0xffff,type=0x11,len=124}->tun_metadata11'
o dump-tlv-map br0
o del-tlv-map br0 '{class=0xffff,type=0x9,len=4}->tun_metadata9'
o del-tlv-map br0 '{class=0xffff,type=0x2,len=8}->tun_metadata2'
o add-flow br0 'tun_metadata0=0x12345678,actions=set_field:0x11->tun_metadata1,2'
o add-flow br0 'tun_metadata0=0x10/0xf0,actions=1'
o add-flow br0 'tun_metadata1,actions=3'
o add-flow br0 'tun_metadata9=5,actions=3'
o add-flow br0 'actions=set_field:9->tun_metadata9,3'
o dump-flows br0
o dump-flows br0 'tun_metadata0=0x12345678'
o del-tlv-map br0 '{class=0xffff,type=0x2,len=8}->tun_metadata1'
o dump-tlv-map br0
o del-flows br0
o del-tlv-map br0 '{class=0xffff,type=0x2,len=8}->tun_metadata1'
o dump-tlv-map br0
o del-tlv-map br0
o dump-tlv-map br0
o dump-ipfix-bridge br0
o dump-ipfix-flow br0
o ct-flush-zone br0 5
o ct-flush br0 zone=5
o ct-flush br0
o add-flow br0 'tun_metadata0=0x12345678,actions=2'
