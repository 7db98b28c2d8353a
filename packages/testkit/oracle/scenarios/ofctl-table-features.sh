# What tables can do, in every version that tells it.
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy \
  protocols=OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15
try ovs-ofctl dump-table-features br0
for version in 13 14 15; do
  try ovs-ofctl -O OpenFlow$version dump-table-features br0
done
try ovs-ofctl -O OpenFlow12 dump-table-features br0
