# Flow_Table: names, limits and what happens at them, as OpenFlow and the tools show them.
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure
ovs-vsctl -- --id=@t create flow_table name=admission flow_limit=3 prefixes=ip_dst \
  -- --id=@u create flow_table name=out flow_limit=2 overflow_policy=evict \
  -- set bridge br0 flow_tables:1=@t flow_tables:2=@u >uuids
until_true 5 sh -c 'ovs-ofctl dump-tables br0 | grep -q admission'
flows() { ovs-ofctl --names --no-stats dump-flows br0 | sort; }
try ovs-ofctl dump-tables br0
echo "== at the limits"
for i in 1 2 3 4; do
  ovs-ofctl add-flow br0 table=1,in_port=$i,actions=drop 2>&1
  ovs-ofctl add-flow br0 table=2,in_port=$i,actions=drop 2>&1
done
flows
echo "== one that is there already is no more"
try ovs-ofctl add-flow br0 table=1,in_port=2,actions=1
echo "== those with timeouts make room, the nearest first"
ovs-ofctl del-flows br0 table=2
for i in 5 4 6 7; do try ovs-ofctl add-flow br0 table=2,hard_timeout=${i}00,in_port=$i,actions=drop; done
flows
echo "== in other versions"
ovs-ofctl -O OpenFlow13 dump-table-features br0 table=1 2>&1 | head -12
ovs-ofctl -O OpenFlow14 dump-table-desc br0 | head -6
try ovs-ofctl --names add-flow br0 'table=admission,in_port=2,actions=resubmit(,out)'
flows
ovs-vsctl set flow_table admission name=gate flow_limit=9
until_true 5 sh -c 'ovs-ofctl dump-tables br0 | grep -q gate'
ovs-ofctl dump-tables br0 | head -8
ovs-vsctl clear bridge br0 flow_tables
until_true 5 sh -c '! ovs-ofctl dump-tables br0 | grep -q gate'
ovs-ofctl dump-tables br0 | head -8
