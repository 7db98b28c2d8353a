# What every oracle scenario may use. It is sourced, on both sides, before the scenario; see README.md beside it.

# --- daemons -----------------------------------------------------------------------------------------------------

# A fresh database and its server, as an init script starts it.
start_db() {
  ovsdb-tool create "$OVS_DBDIR/conf.db" "$SCHEMA"
  ovsdb-server --detach --no-chdir --pidfile --log-file -vconsole:off \
    --remote="punix:$OVS_RUNDIR/db.sock" --remote=db:Open_vSwitch,Open_vSwitch,manager_options "$OVS_DBDIR/conf.db"
  ovs-vsctl --no-wait init
}

# The database and the switch daemon; arguments go to ovs-vswitchd.
start_switch() {
  start_db
  ovs-vswitchd --detach --no-chdir --pidfile --log-file -vconsole:off "$@" "unix:$OVS_RUNDIR/db.sock"
}

# Ends a daemon by name and waits until it is gone.
stop() {
  local pid
  pid=$(cat "$OVS_RUNDIR/$1.pid")
  ovs-appctl -t "$1" exit
  until_true 20 gone "$pid"
}
gone() { ! kill -0 "$1" 2>/dev/null; }

# keep_asking: from here on ovs-appctl without options asks ovs-vswitchd over one connection that stays, in a hundredth
# of the time that a process of its own takes. For scenarios of very many answers.
keep_asking() {
  local pipes="$OVS_RUNDIR/.ask"
  mkfifo "$pipes.in" "$pipes.out"
  python3 "$ORACLE/unixctl.py" "$OVS_RUNDIR/ovs-vswitchd.$(cat "$OVS_RUNDIR/ovs-vswitchd.pid").ctl" <"$pipes.in" >"$pipes.out" &
  exec {ASK_IN}>"$pipes.in" {ASK_OUT}<"$pipes.out"
  ovs-appctl() {
    local count failed
    case $1 in -*) command ovs-appctl "$@"; return ;; esac
    echo "${*@Q}" >&"$ASK_IN"
    read -r -u "$ASK_OUT" count failed
    ANSWER=()
    [ "$count" = 0 ] || mapfile -n "$count" -u "$ASK_OUT" ANSWER
    if [ "$failed" = 1 ]; then
      printf %s "${ANSWER[@]}" >&2
      return 2
    fi
    printf %s "${ANSWER[@]}"
  }
}

# Gives cached flows time to follow a change of configuration.
settle() {
  ovs-appctl revalidator/wait >/dev/null 2>&1
  sleep "${1:-1}"
}

# --- hosts -------------------------------------------------------------------------------------------------------

# No IPv6 chatter on this side, nor in hosts that are made from here on.
no_ipv6() {
  QUIET_IPV6=1
  sysctl -qw net.ipv6.conf.{all,default}.disable_ipv6=1
}

# host NAME [ADDRESS/LEN [MAC]]: a namespace with eth0 inside; its other end is NAME0 here. Both ends are up.
host() {
  local name=$1 address=${2-} mac=${3-}
  ip netns add "$name"
  [ -z "${QUIET_IPV6-}" ] || ip netns exec "$name" sysctl -qw net.ipv6.conf.{all,default}.disable_ipv6=1
  ip link add "${name}0" type veth peer name eth0 netns "$name"
  # The reference's userspace datapath never finishes checksums, so its hosts must.
  ip netns exec "$name" ethtool -K eth0 tx off >/dev/null 2>&1
  [ -z "$mac" ] || ip -n "$name" link set eth0 address "$mac"
  ip link set "${name}0" up
  ip -n "$name" link set lo up
  ip -n "$name" link set eth0 up
  [ -z "$address" ] || ip -n "$name" addr add "$address" dev eth0
}

# frame NAME HEX...: raw Ethernet frames, padded to 60 octets, out of the host's eth0.
frame() {
  local name=$1
  shift
  ip netns exec "$name" python3 "$ORACLE/frame.py" "$@"
}

# sniff NAME FILE [FILTER...]: what arrives at the host goes to FILE from now on, until `unsniff [SECONDS]`.
sniff() {
  local name=$1 file=$2
  shift 2
  ip netns exec "$name" tcpdump -netl -i eth0 -Q in --immediate-mode "$@" >"$file" 2>"$file.err" &
  SNIFFERS="${SNIFFERS-} $!"
  until_true 10 grep -q 'listening on' "$file.err"
}
unsniff() {
  sleep "${1:-0.5}"
  kill $SNIFFERS
  wait $SNIFFERS 2>/dev/null
  SNIFFERS=
}

# shown FILE: such a capture, one line a frame, free of lengths and identifiers.
shown() {
  awk '/^\t0x0000:/ { if (head != "") print head, $2; head = ""; next }
       /^\t|^ *$/ { next }
       { if (head != "") print head; head = $0 }
       END { if (head != "") print head }' "$1" |
    sed -E -e 's/, length [0-9]+:?//g' -e 's/,? ?ethertype//g' -e 's/ Unknown//g' -e 's/, id [0-9]+//g'
}

# reaches FROM ADDRESS: says whether one of three pings is answered.
reaches() {
  local try
  for try in 1 2 3; do
    if ip netns exec "$1" ping -c 1 -W 1 "$2" >/dev/null 2>&1; then
      echo "$1 reaches $2"
      return
    fi
  done
  echo "$1 does not reach $2"
}

# machine NAME: one more machine with folders of its own; `at NAME COMMAND...` runs something there.
machine() {
  ip netns add "$1"
  mkdir -p "$WORK/$1"/{run,log,db,etc}
  at "$1" ip link set lo up
  [ -z "${QUIET_IPV6-}" ] || at "$1" no_ipv6
}
at() {
  local name=$1
  shift
  OVS_RUNDIR="$WORK/$name/run" OVS_LOGDIR="$WORK/$name/log" OVS_DBDIR="$WORK/$name/db" OVS_SYSCONFDIR="$WORK/$name/etc" \
    ip netns exec "$name" bash -c '. "$ORACLE/prelude.sh"; "$@"' _ "$@"
}

# --- saying what happened ----------------------------------------------------------------------------------------

# until_true SECONDS COMMAND...: waits until it succeeds.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    if [ $SECONDS -ge $end ]; then
      echo "timed out: $*"
      return 1
    fi
    sleep 0.1
  done
}

# status COMMAND...: its output, then its exit status. try: the command line first.
status() {
  "$@"
  echo "-> $?"
}
try() {
  echo "\$ $*"
  # The shell's own remark on a signal is not part of the answer.
  { "$@" 2>&3; } 3>&2 2>/dev/null
  echo "-> $?"
}
