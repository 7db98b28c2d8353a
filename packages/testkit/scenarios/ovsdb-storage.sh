# The database under kill -9, on a disk that is full, and in the hands of the other side's programs.
# seconds: 40
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

# Several databases in one server, in turn by each suite: converted while they are served and by the tool, compacted by
# both, read after each step by both servers and both tools.
schema() { echo "{\"name\":\"$1\",\"version\":\"$2\",\"tables\":{\"A\":{\"columns\":{\"n\":{\"type\":\"integer\"},\"tags\":{\"type\":{\"key\":\"string\",\"min\":0,\"max\":\"unlimited\"}}$3},\"isRoot\":true}}}"; }
for name in P Q; do
  schema $name 1.0.0 >$name-1.ovsschema
  schema $name 1.1.0 ',"m":{"type":{"key":"string","value":"integer","min":0,"max":"unlimited"}}' >$name-2.ovsschema
  schema $name 1.2.0 ',"r":{"type":"real"}' >$name-3.ovsschema
done
both() { PATH=$1:$PATH ovsdb-server "$PWD/P.db" "$PWD/Q.db" --detach --no-chdir --pidfile --log-file -vconsole:off --remote="punix:$OVS_RUNDIR/db.sock"; }
ended() { ovs-appctl -t ovsdb-server exit; until_true 5 sh -c '! test -e "$OVS_RUNDIR/db.sock"'; }
# what a server of each side, and each tool, finds in the two files
seen() {
  local side
  for side in "$ROOT/bin" /usr/sbin; do
    both "$side"
    for name in P Q; do ovsdb-client get-schema-version "unix:$OVS_RUNDIR/db.sock" $name; ovsdb-client -f csv dump "unix:$OVS_RUNDIR/db.sock" $name A | sort; done >"seen-$(basename "$side")"
    ended
  done
  for side in "$ROOT/bin" /usr/bin; do
    for name in P Q; do "$side/ovsdb-tool" db-version $name.db; "$side/ovsdb-tool" query $name.db "[\"$name\",{\"op\":\"select\",\"table\":\"A\",\"where\":[],\"sort\":[\"n\"]}]"; done |
      sed -E -e 's/"_version":\["uuid","[^"]*"\]/V/g' -e 's/\}\{/}\n{/g' >"tool$(echo "$side" | tr / -)"
  done
  diff seen-bin seen-sbin && diff "tool$(echo "$ROOT/bin" | tr / -)" tool-usr-bin && [ -s seen-bin ] && grep -q "$1" seen-bin
}
number=0
fill() {
  number=$((number + 1))
  local name
  for name in P Q; do
    ovsdb-client transact "unix:$OVS_RUNDIR/db.sock" "[\"$name\",{\"op\":\"insert\",\"table\":\"A\",\"row\":{\"n\":$number,\"tags\":[\"set\",[\"a$number\",\"b\"]]}},
      {\"op\":\"mutate\",\"table\":\"A\",\"where\":[],\"mutations\":[[\"tags\",\"insert\",\"at$number\"],[\"tags\",\"delete\",\"b\"]]}]" >/dev/null
  done
}
for first in "$ROOT/bin" /usr/sbin; do
  if [ "$first" = /usr/sbin ]; then second="$ROOT/bin" tool=/usr/bin/ovsdb-tool; else second=/usr/sbin tool="$ROOT/bin/ovsdb-tool"; fi
  number=0
  rm -f P.db Q.db .P.db.~lock~ .Q.db.~lock~
  for name in P Q; do "$tool" create $name.db $name-1.ovsschema; done
  both "$first"
  fill
  for name in P Q; do ovsdb-client convert "unix:$OVS_RUNDIR/db.sock" $name-2.ovsschema; done
  fill
  ended
  holds "both read what $first converted while it served it" seen at2
  both "$second"
  fill
  ovs-appctl -t ovsdb-server ovsdb-server/compact P
  fill
  ended
  holds "and what the other compacted and went on with" seen at4
  for name in P Q; do "$tool" convert $name.db $name-3.ovsschema; done
  holds "and what $tool converted" seen 1.2.0
  both "$second"
  fill
  ended
  for name in P Q; do "$tool" compact $name.db; done
  holds "and what $tool compacted" seen at5
done
