# find, wait-until and conditions
# seconds: 15
start_db
ovs-vsctl --no-wait add-br br0 -- add-br br1 -- add-br br2 -- set bridge br0 flood_vlans=1,2 other_config:mtu=1500 external_ids:a=1 \
  -- set bridge br1 flood_vlans=2 other_config:mtu=900 -- set bridge br2 datapath_type=x stp_enable=true
names() { echo "\$ find bridge $*"; ovs-vsctl --bare --columns=name find bridge "$@" 2>&1 | grep . | sort; }
for condition in name=br0 name!=br0 'name<br1' 'name>br1' 'name<=br1' 'name>=br1' name{=}br0 name{in}br0 name{not-in}br0 name{in}br0,br1 \
  flood_vlans=2 flood_vlans=2,1 'flood_vlans!=2' flood_vlans=[] 'flood_vlans<1,2' 'flood_vlans>2' 'flood_vlans{<=}1,2' 'flood_vlans{<}1,2' \
  'flood_vlans{>=}1' 'flood_vlans{>}1' 'flood_vlans{=}1,2' 'flood_vlans{!=}1,2' 'flood_vlans{in}1,2,3' 'flood_vlans{not-in}1' 'flood_vlans{in}2-9' \
  other_config:mtu=1500 'other_config:mtu!=1500' 'other_config:mtu{!=}1500' 'other_config:mtu<2' 'other_config:mtu{in}900,1500' \
  'other_config:mtu{not-in}900' other_config={} other_config:mtu=9 'other_config={mtu=900}' 'other_config{>=}{mtu=900}' 'external_ids:a{=}1' \
  stp_enable=true stp=on datapath_type='""' datapath-type=x Name=br1 NAME=br2 fail_mode=[] fail_mode=secure \
  name name= name~3 name:x=3 flood_vlans:1=2 external_ids: external_ids:=3 external_ids:a= 'name<=' 'name{<=}' \
  other_config:mtu==900 'other_config:mtu=[900]' other_config:mtu=900,1500 nosuch=1 s=1 ports=x 'ports=[]' flood_vlans=9999 _uuid=1 =3 :a=1; do
  names "$condition"
done
names name=br0 flood_vlans=1,2
names name=br0 flood_vlans=2
names 'name>br0' stp_enable=false
names
try ovs-vsctl --columns=name find port name=br1 -- --columns=name find Bridge name=nosuch -- --columns=type FIND iface
try ovs-vsctl --columns=name find PORT name=br1
for limit in 0 4294967295 4294967296 ' 5' 5x; do try ovs-vsctl -t "$limit" br-exists br0; done
try ovs-vsctl wait-until bridge br0
try ovs-vsctl wait-until bridge br0 name=br0 flood_vlans{'>='}1
try ovs-vsctl -t 1 wait-until bridge br0 name=br1
try ovs-vsctl -t 1 wait-until bridge nosuch
try ovs-vsctl wait-until bridge br0 nosuch=1
try ovs-vsctl wait-until nosuch br0
(sleep 0.5; ovs-vsctl --no-wait add-br late; ovs-vsctl --no-wait set bridge late external_ids:done=yes) &
try ovs-vsctl -t 10 wait-until bridge late external_ids:done=yes -- get bridge late name
wait
(sleep 0.5; ovs-vsctl --no-wait create queue dscp=7 >/dev/null) &
try ovs-vsctl -t 10 --no-wait wait-until open . next_cfg=0 -- list-br
wait
