# --with-flows: what a switch gets when it connects, in each version; wrong files
. "$ORACLE/controller.sh"
cat >flows <<TEXT
# comments and empty lines

priority=5,ip,nw_src=10.0.0.0/8 actions=output:2 # behind it
  in_port=1,actions=drop
cookie=0x5,idle_timeout=3,tcp,tp_dst=80,actions=mod_tp_dst:8080,NORMAL
TEXT
controller --with-flows flows
for version in 1 2 3 4 5 6; do
  echo "=== $version"
  told $version
done
dismiss
echo 'reg0=5,actions=resubmit(,2)' >extended
controller --with-flows=flows --with-flows=extended
told 1
told 4
dismiss
echo 'table=3,actions=drop' >table
controller --with-flows=table
told 1
dismiss
for text in 'actions=nosuch' 'nosuch=1,actions=drop' 'ip' 'in_port=1 actions=output:' 'actions=output:1,nosuch'; do
  printf '\n%s\n' "$text" >wrong
  try ovs-testcontroller --with-flows wrong punix:c2
done
try timeout 5 ovs-testcontroller --with-flows nosuch punix:c2
