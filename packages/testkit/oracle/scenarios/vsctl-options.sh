# ovs-vsctl's own grammar: long options abbreviated, wrong values, errors that come before any connection
start_db
try ovs-vsctl --version
try ovs-vsctl --versio=3
try ovs-vsctl -tfoo --version
try ovs-vsctl --help=3
ovs-vsctl --help
ovs-vsctl --commands
ovs-vsctl --options
try ovs-vsctl --no- list-br
try ovs-vsctl --no-w list-br
try ovs-vsctl --re list-br
try ovs-vsctl --co list-br
try ovs-vsctl --f list-br
try ovs-vsctl --fo list-br
try ovs-vsctl --i list-br
try ovs-vsctl --fak list-br
try ovs-vsctl --c=name list-br
try ovs-vsctl --colu=name list bridge
try ovs-vsctl -- --colu=name list bridge
try ovs-vsctl --format
try ovs-vsctl -f
try ovs-vsctl -x list-br
try ovs-vsctl -f xx list-br
try ovs-vsctl -d xx list-br
try ovs-vsctl --may-exist
try ovs-vsctl --may-exist=3 add-br x
try ovs-vsctl --id add-br x
try ovs-vsctl --id=x add-br x
try ovs-vsctl -- --id create queue
try ovs-vsctl -- --id= create queue
try ovs-vsctl -- --may-exist=1 add-br x
try ovs-vsctl -- -x
try ovs-vsctl -- -x list-br
try ovs-vsctl -- -- list-br --
try ovs-vsctl list-br -h
try ovs-vsctl list-br --db=x
try ovs-vsctl add-br a b
try ovs-vsctl add-br a b c d
try ovs-vsctl add-port br0
try ovs-vsctl add-bond br0 b i
try ovs-vsctl set bridge br0
try ovs-vsctl --columns=name --columns=_uuid list bridge
try ovs-vsctl --if-exists --columns=name list bridge
try ovs-vsctl -vfoo list-br
try ovs-vsctl -vconsole:xx list-br
try ovs-vsctl -vvsctl:console:info list-br
try ovs-vsctl -vreconnect:emer -vjsonrpc:off --no-syslog list-br
try ovs-vsctl -vPATTERN:foo list-br
try ovs-vsctl -vPATTERN:console:%m list-br
try ovs-vsctl --syslog-method=foo list-br
try ovs-vsctl --syslog-method=null list-br
try ovs-vsctl --leader-only --no-shuffle-remotes list-br
try ovs-vsctl --max-column-width=x list-br
try ovs-vsctl --oneline --oneline list-br
try ovs-vsctl '' list-br
try ovs-vsctl list nosuchtable
try ovs-vsctl -- list-br -- nosuch
