# What users may call tables, columns and records: abbreviations, letter case, parts of UUIDs
start_db
ovs-vsctl --no-wait add-br br0 -- add-br br2 -- set bridge br2 datapath_type=x stp_enable=true
uuid=$(ovs-vsctl get bridge br0 _uuid)
try ovs-vsctl get bridge "$uuid" name
echo "a part of a UUID"; status ovs-vsctl get bridge "${uuid:0:9}" name
status ovs-vsctl get bridge "${uuid:0:3}" name 2>&1 | sed "s/${uuid:0:3}/UUI/"
status ovs-vsctl get bridge "$(echo "$uuid" | tr a-f A-F)" name
try ovs-vsctl get port "$uuid" name
try ovs-vsctl get bridge 11111111-1111-1111-1111-111111111111 name
try ovs-vsctl get bridge "" name
for table in b br BRIDGE bridge Brid open open-vswitch OPEN_VSWITCH f Flow_ flow-t c s S ssl sflow q qu qos queue in int i ip m ma mi n net a auto ct_z d p po; do
  try ovs-vsctl --columns=_uuid --no-headings -f csv find $table 'external_ids={no="such"}'
done
for column in o s ST stp st-p flood-vlans FLOOD-VLANS na p po pr f fl d dat datapath_i _uuid _UUID _u uuid _version; do
  echo "$column"; ovs-vsctl get bridge br2 $column 2>&1
done
