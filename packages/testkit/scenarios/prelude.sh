# What scenarios on real namespaces share, beyond the oracle's prelude. A scenario says what must hold, by `holds`; it
# fails when one thing did not. `skip REASON` ends it as skipped.
. "$ORACLE/prelude.sh"

failures=0
# holds WHAT COMMAND...: COMMAND must succeed.
holds() {
  local what=$1
  shift
  if "$@" >holds.out 2>&1; then
    echo "ok      $what"
  else
    echo "FAILED  $what (\`$*\` ended with $?)"
    sed 's/^/        /' holds.out | head -20
    failures=$((failures + 1))
  fi
}
# fails WHAT STATUS TEXT COMMAND...: COMMAND must end with STATUS and say TEXT (a pattern of grep -E).
fails() {
  local what=$1 wanted=$2 text=$3 status=0
  shift 3
  "$@" >holds.out 2>&1 || status=$?
  if [ $status = "$wanted" ] && grep -qE -- "$text" holds.out; then
    echo "ok      $what"
  else
    echo "FAILED  $what: status $status, not $wanted, or not \"$text\":"
    sed 's/^/        /' holds.out | head -20
    failures=$((failures + 1))
  fi
}
# shows WHAT TEXT COMMAND...: COMMAND must succeed and say TEXT.
shows() {
  local what=$1 text=$2
  shift 2
  fails "$what" 0 "$text" "$@"
}
# soon WHAT SECONDS COMMAND...: COMMAND must succeed within that time.
soon() {
  local what=$1 seconds=$2
  shift 2
  holds "$what" until_true "$seconds" "$@"
}
skip() {
  echo "skipped: $*"
  exit 77
}
ping_from() { ip netns exec "$1" ping -c 1 -W 1 "$2"; }
# lab_host NAME ADDRESS/LEN: as `host`, with the device's default offloads left on.
lab_host() {
  host "$@"
  ip netns exec "$1" ethtool -K eth0 tx on >/dev/null 2>&1
}
