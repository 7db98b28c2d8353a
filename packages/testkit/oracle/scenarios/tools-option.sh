# --option: what each tool lists for completion
for tool in ovs-ofctl ovs-dpctl ovs-appctl ovsdb-tool; do try $tool --option; try $tool -o; done
try ovsdb-client --option
try ovs-vsctl --options
try ovs-vsctl --commands
