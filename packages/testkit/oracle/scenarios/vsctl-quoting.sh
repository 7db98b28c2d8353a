# Values as users and scripts quote them, and as they come back
start_db
ovs-vsctl --no-wait add-br br0
for value in a '"a b"' 'a b' '"a\"b"' '"a\\b"' '"\u00e9"' '"\u00g9"' é 'a"b' "a'b" "'a'" '"tab\there"' '"nl\nx"' '"\/"' 'tcp:1.2.3.4' '"tcp:1.2.3.4"' 'a=b' '"a=b"' 'a:b' 'a,b' '"a,b"' \
  '[a]' '{a}' '"[]"' '""' true '"true"' 7 '"7"' -7 1e5 '-' '_x' 'a-b.c_d' '"a-b"' 'x y' ' lead' 'trail ' 'UUID' 12345678-1234-1234-1234-123456789abc '"12345678-1234-1234-1234-123456789abc"' '!' 'a!b' '<x>' 'a;b' 'a#b' '(' '*' '~'; do
  try ovs-vsctl --no-wait set bridge br0 "external_ids:k=$value" -- get bridge br0 external_ids external_ids:k
done
for key in a '"a b"' 'a b' 'a"b' '"a=b"' '"a:b"' 'a-b' '"a,b"' '""' true 7 é 'a.b'; do
  try ovs-vsctl --no-wait set bridge br0 "external_ids:$key=1" -- get bridge br0 "external_ids:$key" -- remove bridge br0 external_ids "$key"
done
for value in 'a=b' 'a=b,c=d' '{a=b,c=d}' '{a=b c=d}' 'a=b c=d' '{}' '[]' '' 'a:b' 'a=' '=b' '{a="x,y"}' 'a="x y",b=z' '"a"="b"' 'a = b' '{ a=b }' 'a=b,' ',a=b' 'a=b,,c=d'; do
  try ovs-vsctl --no-wait set bridge br0 "external_ids=$value" -- get bridge br0 external_ids
done
for value in 1 1,2 '[1,2]' '[1 2]' '{1,2}' 2,1 '[ 3 , 4 ]' '[1,2' '1,2]' 01 +1 0x10 1. ' 5' '5 ' '"5"' ''; do
  try ovs-vsctl --no-wait set bridge br0 "flood_vlans=$value" -- get bridge br0 flood_vlans
done
for value in true false True yes 1 '"true"' '[true]' '[]'; do
  try ovs-vsctl --no-wait set bridge br0 "stp_enable=$value" -- get bridge br0 stp_enable
done
try ovs-vsctl --no-wait set bridge br0 'external_ids:a="q\"\\\n\té"' 
for data in string bare json; do
  for format in list csv json html table; do try ovs-vsctl -f $format -d $data --columns=external_ids,flood_vlans,fail_mode,stp_enable list bridge; done
done
try ovs-vsctl -f csv --columns=name find bridge 'external_ids:a="q\"\\\n\té"'
