# ovs-vsctl find: every relation on sets, maps, numbers, strings
start_db
ovs-vsctl --no-wait add-br br0 -- add-port br0 p1 tag=3 trunks=1,2,3 -- add-port br0 p2 trunks=2 other_config:a=b other_config:c=d
for op in = '!=' '<' '>' '<=' '>=' '{=}' '{!=}' '{<}' '{>}' '{<=}' '{>=}' '{in}' '{not-in}'; do
  echo "== $op"
  ovs-vsctl --bare --columns=name find port "name${op}p2" | sort
  for condition in "tag${op}3" "trunks${op}2" "trunks${op}[]" "other_config${op}a=b" "other_config:zz${op}b"; do
    status ovs-vsctl --bare --columns=name find port "$condition" | sort
  done
done
for what in trunks trunks== 'trunks{x}2' 'trunks~2'; do status ovs-vsctl find port "$what"; done
ovs-vsctl --bare --columns=tag find port name=p1 tag=3 -- find port name=p1 tag=4
