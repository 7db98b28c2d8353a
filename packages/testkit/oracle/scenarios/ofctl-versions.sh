# versions: what is offered, agreed on, refused; help, version and command lines that cannot be
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy protocols=OpenFlow10,OpenFlow13
try ovs-ofctl --version
ovs-ofctl --help | head -20
for v in OpenFlow10 OpenFlow11 OpenFlow12 OpenFlow13 OpenFlow14 OpenFlow10,OpenFlow13 OpenFlow13,OpenFlow14; do
  echo "> $v"; ovs-ofctl -vconsole:off -O $v dump-desc br0 2>&1 | sed 's/(Broken pipe)/(Protocol error)/' # either, by chance
done
try ovs-ofctl
try ovs-ofctl nosuch
try ovs-ofctl show
try ovs-ofctl show br0 extra
try ovs-ofctl show br9
try ovs-ofctl --nosuch show br0
try ovs-ofctl mod-port br9 -1 up
try ovs-ofctl -O
try ovs-ofctl -t x show br0
try ovs-ofctl --read-only del-flows br0
try ovs-ofctl show unix:/nonexistent
try ovs-ofctl -F OXM-OpenFlow12 dump-flows br0
try ovs-ofctl dump-flows br0 out_group=5
try ovs-ofctl probe br0
try ovs-ofctl dump-desc unix:$OVS_RUNDIR/br0.mgmt
try ovs-ofctl dump-desc $OVS_RUNDIR/br0.mgmt
ovs-ofctl ping br0 4 | sed 's/time=.*/time=T/; s/xid=.*t/xid=X t/'
for e in OFPBAC_BAD_OUT_PORT OFPFMFC_TABLE_FULL OFPMMFC_METER_EXISTS NXBRC_NXM_INVALID nosuch; do try ovs-ofctl print-error $e; done
