# The controller's command line: help, version, wrong values, methods that are none
try timeout 5 ovs-testcontroller --help
try timeout 5 ovs-testcontroller --version
try timeout 5 ovs-testcontroller
try timeout 5 ovs-testcontroller --nosuch
try timeout 5 ovs-testcontroller -x
try timeout 5 ovs-testcontroller --max-idle=0 ptcp:
try timeout 5 ovs-testcontroller --max-idle=65536 ptcp:
try timeout 5 ovs-testcontroller --max-idle=x ptcp:
try timeout 5 ovs-testcontroller --max-idle
try timeout 5 ovs-testcontroller -Q eth1 ptcp:
try timeout 5 ovs-testcontroller -Q :1 ptcp:
try timeout 5 ovs-testcontroller -Q a:1 -Q a:2 ptcp:
try timeout 5 ovs-testcontroller -q
try timeout 5 ovs-testcontroller -O OpenFlow9 ptcp:
try timeout 5 ovs-testcontroller -vconsole:off nosuch
try timeout 5 ovs-testcontroller -vconsole:off nosuch:1
try timeout 5 ovs-testcontroller -vconsole:off tcp:127.0.0.1:1
try timeout 5 ovs-testcontroller -vconsole:off unix:nosuch
try timeout 5 ovs-testcontroller -vconsole:off unix:nosuch tcp:127.0.0.1:1
try timeout 5 ovs-testcontroller -vfoo ptcp:
try timeout 5 ovs-testcontroller --hub=1 ptcp:
try timeout 5 ovs-testcontroller --m ptcp:
try timeout 5 ovs-testcontroller --with-flows
