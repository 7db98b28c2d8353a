# ovs-vsctl output: every --format with every --data, headings, widths, several tables, --oneline
start_db
ovs-vsctl --no-wait add-br br0 -- set bridge br0 'external_ids:a="x,y"' 'external_ids:b="q\"r"' 'external_ids:c="é<&>"' \
  'external_ids:d="two\nlines"' flood_vlans=1,2,3 'other_config:e=""' external_ids:f=true \
  external_ids:g=12345678-1234-1234-1234-123456789abc 'external_ids:h="  sp "' 'external_ids:i="a\\b"' 'external_ids:"k 1"=-7'
COLUMNS_SHOWN=name,external_ids,flood_vlans,fail_mode,stp_enable,other_config,datapath_type,ports
for format in table list html csv json; do
  short() { sed -E 's/>[0-9a-f]{8}</>UUID</'; }
  for data in string bare json; do try ovs-vsctl -f $format -d $data --columns=$COLUMNS_SHOWN list bridge | short; done
  try ovs-vsctl -f $format --no-headings --columns=name,external_ids list bridge
  try ovs-vsctl -f $format --columns=name list bridge -- --columns=name list port -- list-br
  try ovs-vsctl -f $format list mirror -- --columns=name find bridge name=br0
  try ovs-vsctl -f $format --columns=_uuid,name list interface | short
done
try ovs-vsctl -f json --pretty --columns=name,external_ids,flood_vlans list bridge
try ovs-vsctl --bare --columns=name,external_ids list bridge
try ovs-vsctl --bare -f table --columns=name,external_ids list bridge
try ovs-vsctl -f table --max-column-width=10 --columns=name,external_ids,flood_vlans list bridge
try ovs-vsctl -f table --max-column-width=2 --no-headings --columns=name,external_ids,flood_vlans list bridge
try ovs-vsctl --oneline list-br -- --columns=name list bridge -- get bridge br0 external_ids -- list-ports br0 -- get bridge br0 name flood_vlans
try ovs-vsctl --columns=name,name,_UUID list bridge
try ovs-vsctl --columns= list bridge
try ovs-vsctl --columns=nope list bridge
try ovs-vsctl --columns=s list bridge
try ovs-vsctl '--columns=name external, stp' -f csv list bridge
try ovs-vsctl list bridge
try ovs-vsctl list interface br0
try ovs-vsctl list open_vswitch
