# A hundred thousand flows come, are listed, go, come in one bundle; meanwhile the daemon answers others, and packets of
# known and of new flows pass. Waits are printed, not judged: on a busy machine they say little.
# seconds: 20
no_ipv6
start_switch
lab_host h1 10.0.0.1/24
lab_host h2 10.0.0.2/24
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev -- add-port br0 h10 -- add-port br0 h20
# By the port a packet comes from: each port that a client takes is a flow of its own for the datapath.
ovs-ofctl add-flow br0 'table=0,priority=10,udp,udp_src=1,actions=drop'
ovs-ofctl add-flow br0 'table=0,priority=10,udp,udp_src=0x8000/0x8000,udp_dst=7,actions=normal'
cat >flows.py <<'PY'
import socket, sys, time
def serve():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("10.0.0.2", 7))
    while True:
        data, peer = s.recvfrom(100)
        s.sendto(data, peer)
# Asks again and again until the file is gone: from one port, or each time from another.
def ask(known, file):
    import os
    sent = came = 0
    worst = 0.0
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while os.path.exists(file):
        if not known:
            s.close()
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(("10.0.0.1", 10000 + sent % 20000))
        s.settimeout(2)
        began = time.time()
        s.sendto(b"x", ("10.0.0.2", 7))
        sent += 1
        try:
            s.recv(10)
            came += 1
            worst = max(worst, time.time() - began)
        except socket.timeout:
            pass
        time.sleep(0.02)
    print("%s: %d of %d came back, the slowest after %d ms" % ("known" if known else "new", came, sent, worst * 1000))
    sys.exit(0 if sent > 5 and came == sent else 1)
serve() if sys.argv[1] == "serve" else ask(sys.argv[1] == "known", sys.argv[2])
PY
ip netns exec h2 python3 flows.py serve &
soon "packets pass" 10 ip netns exec h1 ping -c 1 -W 1 10.0.0.2
# while_packets_pass WHAT ARGUMENT...: bulk.mjs, with packets of a known flow and of ever new ones beside it.
while_packets_pass() {
  local phase=$1 known new
  touch going
  ip netns exec h1 python3 flows.py known going >known.out &
  known=$!
  ip netns exec h1 python3 flows.py new going >new.out &
  new=$!
  sleep 0.3
  holds "$phase of 100,000 flows: others are answered before it is done" \
    node "$ROOT/packages/testkit/scenarios/bulk.mjs" "$phase" "$OVS_RUNDIR/br0.mgmt" "$OVS_RUNDIR"/ovs-vswitchd.*.ctl 100000
  cat holds.out
  sleep 0.3
  rm going
  holds "and packets of a known flow pass" wait "$known"
  holds "and packets of new flows" wait "$new"
  cat known.out new.out
}
while_packets_pass add
while_packets_pass dump
shows "all are there" 'flow_count=100003$' ovs-ofctl dump-aggregate br0
while_packets_pass delete
shows "and gone" 'flow_count=3$' ovs-ofctl dump-aggregate br0
while_packets_pass bundle
shows "all are there again" 'flow_count=100003$' ovs-ofctl dump-aggregate br0
kill %1
