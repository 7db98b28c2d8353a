# The database under kill -9, on a disk that is full, and in the hands of the other side's programs.
holds "what was answered survives kill -9" timeout 60 node "$ROOT/packages/testkit/ovsdb/crash.mjs" 6

# serve PATH FILE [OPTION...]: a server of that side, one at a time.
serve() {
  local side=$1 file=$2
  shift 2
  PATH=$side:$PATH ovsdb-server --detach --no-chdir --pidfile --log-file -vconsole:off \
    --remote="punix:$OVS_RUNDIR/db.sock" "$@" "$file"
}
tx() { ovsdb-client transact "unix:$OVS_RUNDIR/db.sock" "[\"Open_vSwitch\",$*]"; }
queue() { tx "{\"op\":\"insert\",\"table\":\"Queue\",\"row\":{\"external_ids\":[\"map\",[[\"k\",\"$1\"]]]}},{\"op\":\"commit\",\"durable\":true}"; }
change() { tx "{\"op\":\"mutate\",\"table\":\"Queue\",\"where\":[],\"mutations\":[[\"external_ids\",\"insert\",[\"map\",[[\"by\",\"$1\"]]]]]}"; }
queues() { tx '{"op":"select","table":"Queue","where":[],"columns":["external_ids"]}'; }

# A disk of 64 KiB.
mkdir full
mount -t tmpfs -o size=64k none full
ovsdb-tool create full/conf.db "$SCHEMA"
serve "$ROOT/bin" "$PWD/full/conf.db"
big=$(head -c 30000 /dev/zero | tr '\0' x)
shows "one that fits is taken" '"uuid"' queue "${big}1"
shows "one that does not is refused with the reason" 'I/O error.*No space left on device' queue "${big}2"
shows "reading goes on" 'x1"' queues
shows "the status says it" 'No space left' ovs-appctl -t ovsdb-server ovsdb-server/get-db-storage-status Open_vSwitch
fails "compaction has no room either" 2 'No space left' ovs-appctl -t ovsdb-server ovsdb-server/compact
mount -o remount,size=1m full
shows "with room again, writing goes on" '"uuid"' queue small
kill -9 "$(cat "$OVS_RUNDIR/ovsdb-server.pid")"
sleep 0.3
serve "$ROOT/bin" "$PWD/full/conf.db"
shows "what was answered is there" 'x1".*small|small.*x1"' queues
holds "what was refused is not" sh -c 'ovsdb-client dump "unix:$OVS_RUNDIR/db.sock" Open_vSwitch Queue >dump && ! grep -q x2 dump'
stop ovsdb-server
umount full

# One file, two suites in turn, with differences and without.
for option in -vfile:info --disable-file-column-diff; do
  rm -f turn.db
  ovsdb-tool create turn.db "$SCHEMA"
  for turn in 1 2; do
    for side in "$ROOT/bin" /usr/sbin; do
      serve "$side" "$PWD/turn.db" "$option"
      queue "$turn-$side" >/dev/null
      change "$turn-$side" >/dev/null
      shows "$side serves what all before it wrote ($option, turn $turn)" "$turn-$side" queues
      ovs-appctl -t ovsdb-server exit
      soon "and ends" 5 sh -c '! test -e "$OVS_RUNDIR/db.sock"'
    done
  done
  holds "both tools show the same log" sh -c 'ovsdb-tool -mm show-log turn.db >ours && /usr/bin/ovsdb-tool -mm show-log turn.db >theirs && diff ours theirs'
done
