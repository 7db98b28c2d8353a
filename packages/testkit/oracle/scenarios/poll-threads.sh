# Which threads poll which queues of a user space datapath: cores, memory nodes, pinned queues, ways to give them out.
# seconds: 20
start_switch --enable-dummy=override --dummy-numa=1,0,0,1,3,3 >/dev/null 2>&1
a() { try ovs-appctl "$@"; }
AT=0
# What is polled where, and what the log has said since.
polled() {
  echo "== $*"
  ovs-appctl dpif-netdev/pmd-rxq-show | sed '1d; /isolated : false/d; s/ *(enabled) *pmd usage: NOT AVAIL//'
}
show() {
  polled "$@"
  # Threads come and go in any order.
  tail -n +$((AT + 1)) "$OVS_LOGDIR/ovs-vswitchd.log" | cut -d'|' -f3- | grep -E '^(dpif_netdev|ovs_numa)' |
    grep -v -e 'auto load' -e sleep -e MFEX -e 'DPIF impl' -e 'pmd-rxq-affinity isolates' >said
  grep -v 'PMD thread on' said
  grep 'PMD thread on' said | sort
  AT=$(wc -l <"$OVS_LOGDIR/ovs-vswitchd.log")
}
# The reference's threads never rest otherwise.
ovs-vsctl --no-wait set open_vswitch . other_config:pmd-maxsleep=10000
set_() { ovs-vsctl set open_vswitch . "$@"; }
port() { ovs-vsctl add-port br0 $1 -- set interface $1 type=dummy-pmd "${@:2}"; }
show none
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure
a dpif-netdev/pmd-rxq-show
port z1 options:n_rxq=2 options:ifindex=7
show z1
port a9 options:n_rxq=3 options:n_txq=2
show a9
port k5 options:numa_id=2 options:n_rxq=2
show k5
a dpif/show
a dpctl/show
a dpif-netdev/pmd-rxq-show
for c in 1 3 x; do a dpif-netdev/pmd-rxq-show -pmd $c; done
for m in 6 100 0x2z xyz; do
  set_ "other_config:pmd-cpu-mask=$m"
  show mask $m
done
set_ other_config:pmd-cpu-mask=3f
for q in 0:1,0:2 5:1 0:77 0:x 1:1:1 '0:3 1:4,2:0'; do
  ovs-vsctl set interface a9 "other_config:pmd-rxq-affinity=\"$q\""
  show pinned $q
done
set_ other_config:pmd-rxq-assign=group other_config:pmd-rxq-isolate=false
show group, not isolated
set_ other_config:pmd-rxq-isolate=true
show isolated
a dpif-netdev/pmd-rxq-rebalance
until_true 5 grep -q "^.*Performing" <(tail -n +$((AT + 1)) "$OVS_LOGDIR/ovs-vswitchd.log")
show again
set_ other_config:pmd-rxq-assign=nosuch
ovs-vsctl set interface a9 other_config:pmd-rxq-affinity=0:1,1:2,2:4 -- set interface k5 options:numa_id=0
polled another mode
ovs-vsctl clear interface a9 other_config -- set interface k5 options:n_rxq=0 -- set interface a9 options:n_rxq=x \
  -- del-port z1 -- add-port br0 z1 -- set interface z1 type=dummy options:n_rxq=3 ofport_request=9
polled fewer
a dpif/show
ovs-vsctl set interface a9 options:n_rxq=4 options:n_txq=2000
for q in '--qid 3' '--qid 4' '--qid -1' '--qid x'; do a netdev-dummy/receive a9 $q 'in_port(1),eth(),eth_type(0x1234)'; done
ovs-vsctl del-port a9 -- del-port k5
polled none
