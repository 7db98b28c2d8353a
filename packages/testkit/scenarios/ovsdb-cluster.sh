# Our clients against a Raft cluster of three servers of the original: leader or not, shuffled remotes, leaders that die.
# seconds: 20
REFERENCE_SERVER=/usr/sbin/ovsdb-server
REFERENCE_TOOL=/usr/bin/ovsdb-tool
REFERENCE_APPCTL=/usr/bin/ovs-appctl
$REFERENCE_TOOL create-cluster s1.db "$SCHEMA" tcp:127.0.0.1:6701
for i in 2 3; do $REFERENCE_TOOL join-cluster s$i.db Open_vSwitch tcp:127.0.0.1:670$i tcp:127.0.0.1:6701; done
member() {
  $REFERENCE_SERVER --detach --no-chdir --pidfile="$PWD/s$1.pid" --log-file="$PWD/s$1.log" --unixctl="$PWD/s$1.ctl" -vconsole:off \
    --remote=ptcp:680$1:127.0.0.1 s$1.db
}
cluster_status() { $REFERENCE_APPCTL -t "$PWD/s$1.ctl" cluster/status Open_vSwitch 2>/dev/null; }
is_leader() { cluster_status "$1" | grep -q '^Role: leader'; }
is_member() { cluster_status "$1" | grep -q '^Status: cluster member'; }
leader() { local i; for i in 1 2 3; do if is_leader $i; then echo $i; return; fi; done; false; }
follower() { local i; for i in 1 2 3; do if is_member $i && ! is_leader $i; then echo $i; return; fi; done; false; }
for i in 1 2 3; do member $i; done
for i in 1 2 3; do soon "server $i joins" 15 is_member $i; done
soon "there is a leader" 10 leader
ALL=tcp:127.0.0.1:6801,tcp:127.0.0.1:6802,tcp:127.0.0.1:6803
holds "ovs-vsctl writes to the leader, found among all" ovs-vsctl --db=$ALL --no-wait -- init -- add-br one
one() { echo "tcp:127.0.0.1:680$1"; }
shows "a follower is read" "^one$" ovs-vsctl --db="$(one "$(follower)")" --no-leader-only list-br
holds "a follower passes a write on" ovs-vsctl --db="$(one "$(follower)")" --no-leader-only --no-wait add-br two
fails "a follower alone is no leader" 142 "Alarm clock" ovs-vsctl --db="$(one "$(follower)")" --timeout=1 list-br
shows "remotes may be taken in their order" "^two$" ovs-vsctl --db=$ALL --no-shuffle-remotes list-br
# of two runs in their order the first server is tried first; shuffled, some run of many begins with another
first_tried() { ovs-vsctl "$@" --no-leader-only --db=$ALL -vreconnect:console:info list-br 2>&1 >/dev/null | sed -nE '1s/.*(tcp:[0-9.:]+): connecting.*/\1/p'; }
holds "and then begin with the first" sh -c "[ \"$(first_tried --no-shuffle-remotes)$(first_tried --no-shuffle-remotes)\" = tcp:127.0.0.1:6801tcp:127.0.0.1:6801 ]"
shuffled() { local i; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do first_tried --shuffle-remotes; done | sort -u | grep -c .; }
holds "or are shuffled, which spreads clients" sh -c "[ $(shuffled) -ge 2 ]"
shows "the leader alone, said in words" "^two$" ovs-vsctl --db=$ALL --leader-only --shuffle-remotes list-br
fails "ovsdb-client takes no follower for a leader either" 1 "no servers were available" ovsdb-client --leader-only list-dbs "$(one "$(follower)"),$(one "$(follower)")"
shows "ovsdb-client finds the leader" '"name":"two"' ovsdb-client transact $ALL '["Open_vSwitch",{"op":"select","table":"Bridge","where":[["name","==","two"]],"columns":["name"]}]'
shows "ovsdb-client reads from any" "two" ovsdb-client --no-leader-only -f csv dump $ALL Open_vSwitch Bridge name
ovsdb-client monitor "$(one "$(follower)")" Open_vSwitch Bridge name >monitor.out 2>monitor.err &
ovs-vswitchd --detach --no-chdir --pidfile --log-file -vconsole:off --enable-dummy=override $ALL
holds "a switch is configured through the cluster" ovs-vsctl --db=$ALL --timeout=15 add-br sw -- set bridge sw datapath_type=dummy
# writers go on while leaders die
write() { local i; for i in 1 2 3 4; do ovs-vsctl --db=$ALL --no-wait --timeout=15 --may-exist add-br "w$1-$i" -- set bridge "w$1-$i" datapath_type=dummy && echo "w$1-$i" >>answered; done; }
: >answered
write a & first=$!
write b & second=$!
until_true 10 grep -q . answered
dead=$(leader)
kill -9 "$(cat "s$dead.pid")"
soon "another leader is elected" 15 leader
wait $first $second
holds "every writer got its answers" [ "$(wc -l <answered)" = 8 ]
ovs-vsctl --db=$ALL list-br >bridges
holds "nothing that was answered is lost" sh -c '! sort answered | comm -23 - bridges | grep .'
member "$dead"
soon "the dead server comes back" 10 is_member "$dead"
holds "the switch follows the new leader" ovs-vsctl --db=$ALL --timeout=15 add-br last -- set bridge last datapath_type=dummy
soon "ovsdb-client's monitor has all of it" 10 grep -q last monitor.out

# a relay of ours follows the cluster through another change of leaders, and a relay of the original follows ours
ovsdb-server "relay:Open_vSwitch:$ALL" --detach --no-chdir --pidfile --log-file -vconsole:off --remote="punix:$OVS_RUNDIR/relay.sock"
$REFERENCE_SERVER "relay:Open_vSwitch:unix:$OVS_RUNDIR/relay.sock" --detach --no-chdir --pidfile="$PWD/second.pid" --unixctl="$PWD/second.ctl" \
  -vconsole:off --remote="punix:$OVS_RUNDIR/second.sock"
relayed() { ovs-vsctl --db="unix:$OVS_RUNDIR/$1.sock" --no-leader-only --timeout=5 list-br | grep -q "^$2\$"; }
soon "our relay has the cluster's rows" 15 relayed relay last
soon "and the original's relay of it" 20 relayed second last
holds "a write goes through both to the cluster" ovs-vsctl --db="unix:$OVS_RUNDIR/second.sock" --no-leader-only --no-wait --timeout=10 add-br through
soon "where others see it" 10 sh -c "ovs-vsctl --db=$ALL list-br | grep -q through"
dead=$(leader)
kill -9 "$(cat "s$dead.pid")"
soon "another leader is elected again" 15 leader
holds "a write through the relay finds it" ovs-vsctl --db="unix:$OVS_RUNDIR/relay.sock" --no-leader-only --no-wait --timeout=20 --may-exist add-br after
soon "and is there" 10 sh -c "ovs-vsctl --db=$ALL list-br | grep -q after"
soon "the relay has it too" 15 relayed relay after
