# The kernel datapath's spike behind the contract of datapath.ts: one TCX program, redirect, misses by the ring.
host h1 10.0.0.1/24
host h2 10.0.0.2/24
status=0
node "$ROOT/scripts/run-ts.mjs" "$ROOT/packages/testkit/src/ebpf-spike.ts" >spike.out 2>&1 || status=$?
[ $status != 2 ] || skip "$(cat spike.out)"
shows "packages/testkit/src/ebpf-spike.ts" "ping answered, [1-9][0-9]* packets missed, [1-9][0-9]* redirected in the kernel" cat spike.out
holds "the spike ended well" test $status = 0
