# wait-until: rows to come, columns to change, several conditions, with other commands, time limits
start_db
ovs-vsctl --no-wait add-br br0
later() { (sleep "$1"; shift; ovs-vsctl --no-wait "$@") & }
later 0.3 add-br br1
try ovs-vsctl --no-wait -t 10 wait-until bridge br1 -- list-br
wait
later 0.3 set bridge br1 stp_enable=true
try ovs-vsctl --no-wait -t 10 wait-until bridge br1 stp_enable=true -- get bridge br1 stp_enable
wait
later 0.3 set bridge br1 external_ids:a=7
later 0.6 set bridge br1 external_ids:b=8
try ovs-vsctl --no-wait -t 10 wait-until bridge br1 external_ids:a=7 external_ids:b=8 -- get bridge br1 external_ids
wait
later 0.3 add-port br1 p1 tag=3
try ovs-vsctl --no-wait -t 10 wait-until port p1 'tag>=2' -- set port p1 tag=4 -- get port p1 tag
wait
later 0.3 clear port p1 tag
try ovs-vsctl --no-wait -t 10 wait-until port p1 tag=[] -- list-ports br1
wait
later 0.3 set open . external_ids:go=1
try ovs-vsctl --no-wait -t 10 -- add-br br2 -- wait-until open . external_ids:go=1 -- list-br
wait
try ovs-vsctl --no-wait -t 1 wait-until bridge br9
try ovs-vsctl --no-wait -t 1 wait-until bridge br0 stp_enable=true
try ovs-vsctl --no-wait -t 1 list-br -- wait-until bridge br0 name=br1
try ovs-vsctl --no-wait -t 1 wait-until interface br0 'ofport>0'
try ovs-vsctl --no-wait -t 5 wait-until bridge br0 'name!=br1' 'stp_enable!=true' 'ports!=[]'
try ovs-vsctl --no-wait wait-until bridge br0 nosuch=1
try ovs-vsctl --no-wait wait-until bridge br0 stp_enable
try ovs-vsctl --no-wait wait-until bridge br0 stp_enable=x
try ovs-vsctl --no-wait wait-until nosuch br0
try ovs-vsctl --no-wait wait-until bridge
try ovs-vsctl --no-wait wait-until bridge br0 name:x=1
try ovs-vsctl --no-wait --if-exists wait-until bridge br0
try ovs-vsctl --no-wait -t 1 wait-until bridge br0 external_ids:a=1
try ovs-vsctl --no-wait -t 1 wait-until bridge br0 'external_ids:a!=1'
try ovs-vsctl --no-wait -t 5 wait-until bridge br1 'external_ids:a!=1' 'external_ids:a<8' 'external_ids:a>=7' 'external_ids{>=}a=7' 'external_ids:b{in}8,9'
