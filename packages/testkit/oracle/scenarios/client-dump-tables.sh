# ovsdb-client dump and list-columns: every table of the switch, all forms of a row with all types
start_db
ovs-vsctl --no-wait add-br br0 -- set bridge br0 other_config:a="x y" external-ids:q='<&"' -- add-port br0 p1 tag=3 trunks=4,5 -- set interface p1 options:k="a,b"
for t in Bridge Port Interface Open_vSwitch; do
  ovsdb-client dump $t name 2>&1
done
for f in table list csv json; do for d in string bare json; do
  try ovsdb-client -f $f -d $d dump Bridge name other_config external_ids ports fail_mode stp_enable
  try ovsdb-client -f $f -d $d dump Port name tag trunks
done; done
ovsdb-client --no-headings -f csv dump Interface name options | sort
ovsdb-client list-tables | sort
ovsdb-client list-columns | sort
ovsdb-client -f csv list-columns Bridge | sort
ovsdb-client -d json list-columns Port | sort
try ovsdb-client list-columns nope
ovsdb-client -f csv list-tables | sort
