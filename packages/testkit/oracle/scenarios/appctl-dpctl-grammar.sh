# The command line of ovs-dpctl, as far as it needs no datapath.
try ovs-dpctl --help
try ovs-dpctl --version
try ovs-dpctl --option
try ovs-dpctl
try ovs-dpctl foo
try ovs-dpctl list-commands
try ovs-dpctl add-dp
try ovs-dpctl dump-dps x y
try ovs-dpctl set-if x
try ovs-dpctl ct-bkts a b c
try ovs-dpctl -t x show
try ovs-dpctl -t 0 show
try ovs-dpctl --more --names -s dump-dps --foo
try ovs-dpctl --read-only add-dp x
