# Wire forms of actions, instructions and matches, read and written by the test commands.
lines() { printf '%s\n' "$@"; }

lines 'ffff 0018 00002320 0007 0028 00000000 00000000 00000012' '# comment' '0000 0008 0001 0000' '' |
  try ovs-ofctl parse-actions OpenFlow10
lines '0001 0008 01 000000' '0004 0018 00000000 0000 0010 00000002 0000 0000 0000 0000' |
  try ovs-ofctl parse-instructions OpenFlow13
try ovs-ofctl parse-actions 1.0 </dev/null
lines 'NXM_OF_IN_PORT(0003)' 'NXM_OF_ETH_TYPE(0800), NXM_OF_IP_PROTO(06)' 'NXM_OF_IP_SRC_W(01020304/ffff0000)' \
  'NXM_OF_ETH_TYPE(0800) NXM_OF_IP_SRC_W(01020304/ffff0000)' 'NXM_OF_ETH_TYPE(0800) NXM_OF_IP_SRC_W(01020000/ffff0000)' \
  'NXM_OF_VLAN_TCI(0000)' 'NXM_NX_REG0(acebdf56), NXM_NX_REG1(12345678)' 'NXM_OF_ETH_DST_W(010000000000/010000000000)' \
  'OXM_OF_IN_PORT(00000003)' >matches
for version in 'parse-nxm' 'parse-nx-match' '-m parse-nxm' '--strict parse-nxm' 'parse-oxm OpenFlow12' '-m parse-oxm OpenFlow15'; do
  try ovs-ofctl $version <matches
done
for bad in '01020304(1122)' 'FOO(12)' 'NXM_OF_IN_PORT(03)' 'NXM_OF_IN_PORT(0003' 'NXM_OF_IN_PORT(xx)' \
  'NXM_OF_IP_SRC_W(0102)' 'NXM_OF_IP_SRC_W(01020304)' 'NXM_OF_IP_SRC_W(01020304/1)' 'nothing'; do
  lines "$bad" | try ovs-ofctl parse-nxm
done
lines '003820ff 0003 000000000000 000000000000 0000 00 00 0800 00 00 0000 00000000 00000000 0000 0000' \
  '003820fe 0003 505400000001 505400000002 0064 02 00 0806 00 02 0000 00000000 00000000 0000 0000' '00' |
  try ovs-ofctl parse-ofp10-match
lines '0000 0058 00000003 000003fe 000000000000ffffffffffff 000000000000ffffffffffff 0000 00 00 0000 00 00 00000000ffffffff 00000000ffffffff 0000 0000 00000000 00 000000 0000000000000000ffffffffffffffff' \
  '0001 0058' | try ovs-ofctl parse-ofp11-match
for vlan in '0000 0000' '1123 1fff' '0123 0fff' '0000 ffff' '0000 1000' '1000 1000' '2000 e000' '3000 f000' 'f123 ffff' '1000 ffff'; do
  try ovs-ofctl check-vlan $vlan
done
try ovs-ofctl encode-error-reply OFPBIC_UNSUP_INST 0100000812345678
try ovs-ofctl encode-error-reply OFPBIC_UNSUP_INST 0300000812345678
try ovs-ofctl encode-error-reply FOO 0300000812345678
try ovs-ofctl encode-hello 0x3e
try ovs-ofctl encode-hello 12
try ovs-ofctl parse-key-value a=b 'a(b),c' 'a:b(c),d=(e,f)' 'x=y, z' 'a(b)c' '(x)' ',,a' 'a==b' '=b' '[x]' 'a[0..3]=5' 'q=[1,2],r'
