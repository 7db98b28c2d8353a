# TLS between our programs, the original's and openssl's: databases, controllers and switches, each at either end.
# seconds: 30
pki() { ovs-pki --log="$WORK/pki.log" -d "$WORK/pki" "$@"; }
holds "an authority, a switch's certificate, a controller's" eval "pki init && pki req+sign sw switch && pki req+sign ctl controller"
switch_ca=$WORK/pki/switchca/cacert.pem controller_ca=$WORK/pki/controllerca/cacert.pem
# The original's programs, in folders of their own.
mkdir -p theirs/{run,log,db,etc}
theirs() { OVS_RUNDIR=$WORK/theirs/run OVS_LOGDIR=$WORK/theirs/log OVS_DBDIR=$WORK/theirs/db OVS_SYSCONFDIR=$WORK/theirs/etc PATH=/usr/bin:/usr/sbin:/bin:/sbin "$@"; }
ours() { "$@"; }
# As a switch, and as a controller or manager; each believes the other's authority.
as_switch() { "$1" "$2" -p "$WORK/sw-privkey.pem" -c "$WORK/sw-cert.pem" -C "$controller_ca" "${@:3}"; }
as_controller() { "$1" "$2" -p "$WORK/ctl-privkey.pem" -c "$WORK/ctl-cert.pem" -C "$switch_ca" "${@:3}"; }
BACKGROUND="--detach --no-chdir --pidfile --log-file -vconsole:off"

# --- databases ---
ovsdb-tool create ours.db "$SCHEMA"; cp ours.db theirs.db
as_switch ours ovsdb-server $BACKGROUND --remote=punix:"$OVS_RUNDIR/db.sock" --remote=pssl:7001:127.0.0.1 ours.db
as_switch theirs ovsdb-server $BACKGROUND --remote=punix:"$WORK/theirs/run/db.sock" --remote=pssl:7002:127.0.0.1 theirs.db
for server in ours:7001 theirs:7002; do
  target=ssl:127.0.0.1:${server#*:}
  for client in ours theirs; do
    pair="$client's clients, ${server%:*} serves"
    holds "$pair: ovs-vsctl writes" as_controller $client ovs-vsctl --no-wait --db=$target -- --may-exist add-br br-$client
    shows "$pair: ovs-vsctl reads" "^br-$client$" as_controller $client ovs-vsctl --db=$target list-br
    shows "$pair: ovsdb-client" '^Open_vSwitch$' as_controller $client ovsdb-client list-dbs $target
    fails "$pair: a CA that did not sign the server" 1 'Protocol error' as_switch $client ovs-vsctl --db=$target list-br
    new=$WORK/new-$client-${server%:*}.pem
    fails "$pair: bootstrapping ends the first connection" 1 'Protocol error|successfully bootstrapped' \
      $client ovsdb-client -p ctl-privkey.pem -c ctl-cert.pem --bootstrap-ca-cert="$new" list-dbs $target
    [ -e "$new" ] && holds "$pair: with the server's authority" cmp -s "$new" "$switch_ca"
  done
done
openssl_() { openssl s_client -connect 127.0.0.1:7001 -CAfile "$switch_ca" -verify_return_error "$@" </dev/null 2>&1; }
shows "openssl believes our server" 'Verify return code: 0' openssl_ -cert ctl-cert.pem -key ctl-privkey.pem
holds "and is not let in without a certificate" eval "sleep 1 | openssl s_client -connect 127.0.0.1:7001 -ign_eof 2>&1 | grep -q 'alert certificate required\|alert handshake failure'"

# --- bootstrap: servers that show their authority ---
for server in ours:7003 theirs:7004; do
  side=${server%:*} port=${server#*:}
  as_switch $side ovsdb-server --detach --no-chdir --pidfile=$WORK/boot-$side.pid --unixctl=$WORK/boot-$side.ctl -vconsole:off --no-dbs --peer-ca-cert="$switch_ca" --remote=pssl:$port:127.0.0.1
  for client in ours theirs; do
    new=$WORK/boot-$client-$side.pem
    $client ovsdb-client -p ctl-privkey.pem -c ctl-cert.pem --bootstrap-ca-cert="$new" list-dbs ssl:127.0.0.1:$port >boot.out 2>&1
    holds "$client bootstraps from $side: the authority" eval "openssl x509 -in $new -noout -fingerprint | cmp -s - <(openssl x509 -in $switch_ca -noout -fingerprint)"
    holds "$client bootstraps from $side: the second time works" $client ovsdb-client -p ctl-privkey.pem -c ctl-cert.pem --bootstrap-ca-cert="$new" list-dbs ssl:127.0.0.1:$port
  done
  kill "$(cat boot-$side.pid)"
done

# --- switches and controllers ---
for side in ours theirs; do
  $side ovs-vsctl --no-wait init
  $side ovs-vswitchd --enable-dummy=override --disable-system $BACKGROUND
  $side ovs-vsctl --if-exists del-br br-ours -- --if-exists del-br br-theirs -- set-ssl "$WORK/sw-privkey.pem" "$WORK/sw-cert.pem" "$controller_ca" \
    -- add-br sw-$side -- set bridge sw-$side datapath_type=dummy other_config:datapath-id=000000000000000$([ $side = ours ] && echo 1 || echo 2)
done
as_controller ours ovs-testcontroller --detach --no-chdir --pidfile="$WORK/ctl-ours.pid" --unixctl="$WORK/ctl-ours.ctl" --log-file="$WORK/ctl-ours.log" -vconsole:off pssl:7011:127.0.0.1
as_controller theirs ovs-testcontroller --detach --no-chdir --pidfile="$WORK/ctl-theirs.pid" --unixctl="$WORK/ctl-theirs.ctl" --log-file="$WORK/ctl-theirs.log" -vconsole:off pssl:7012:127.0.0.1
connected() { [ "$($1 ovs-vsctl get controller sw-$1 is_connected)" = true ]; }
for side in ours theirs; do
  for controller in ours:7011 theirs:7012; do
    $side ovs-vsctl set-controller sw-$side ssl:127.0.0.1:${controller#*:} -- set controller sw-$side max_backoff=1000
    soon "the switch of $side, the controller of ${controller%:*}" 15 connected $side
  done
  port=$([ $side = ours ] && echo 7021 || echo 7022)
  $side ovs-vsctl set-controller sw-$side pssl:$port:127.0.0.1
  for tool in ours theirs; do
    soon "ovs-ofctl of $tool asks the switch of $side" 10 eval "as_controller $tool ovs-ofctl show ssl:127.0.0.1:$port | grep -q OFPT_FEATURES_REPLY"
    fails "ovs-ofctl of $tool with the wrong authority, switch of $side" 1 'Protocol error' as_switch $tool ovs-ofctl show ssl:127.0.0.1:$port
  done
done

mkfifo hold; exec 3<>hold
# --- an outgoing connection that fails, and one whose peer falls silent ---
pid=$(cat ctl-ours.pid); kill "$pid"; until_true 10 gone "$pid"
ovs-vsctl set-controller sw-ours ssl:127.0.0.1:7011 -- set controller sw-ours max_backoff=4000 inactivity_probe=1000
log=$OVS_LOGDIR/ovs-vswitchd.log
soon "it waits longer between attempts" 15 eval 'grep -q "ssl:127.0.0.1:7011: waiting 2 seconds before reconnect" $log'
openssl s_server -accept 127.0.0.1:7011 -cert ctl-cert.pem -key ctl-privkey.pem -CAfile "$switch_ca" -Verify 1 -verify_return_error -quiet >hello.bin 2>server.err <hold & server=$!
soon "it says hello to openssl's server" 15 eval '[ -s hello.bin ]'
soon "and gives up a peer that never answers" 20 eval 'grep "7011: " $log | grep -q "no response to inactivity probe\|connection timed out\|Connection timed out"'
cat server.err | head -3; kill $server; exec 3>&-
holds "our daemon logged no bug" eval '! grep -qE "EMER|TypeError|at .*\.cjs" $log'
for side in ours theirs; do $side ovs-appctl exit; $side ovs-appctl -t ovsdb-server exit; done
kill "$(cat ctl-theirs.pid)"
