# What the scenarios on the controller share: sourced by them.
A=000000000001
B=000000000002
BROADCAST=ffffffffffff
UDP=08004500001c00000000401100000a0000010a0000020001000200080000
TCP=08004500002800000000400600000a0000010a0000020001000200000000000000005002000000000000
ICMP=08004500001c00000000400100000a0000010a0000020800000000000000
ARP=08060001080006040001$A"0a000001000000000000"0a000002
IPV6=86dd600000000008113f$(printf "fe80%028d" 1)$(printf "fe80%028d" 2)0001000200080000
VLAN=8100600508004500001c00000000401100000a0000010a0000020001000200080000

# controller ARGUMENT...: it listens at punix:c and is gone by `dismiss`.
controller() {
  ovs-testcontroller --detach --pidfile --no-chdir -vconsole:off --log-file "$@" "punix:$WORK/c"
}
dismiss() {
  local pid
  pid=$(cat "$OVS_RUNDIR/ovs-testcontroller.pid")
  kill "$pid"
  until_true 10 gone "$pid"
}
# told VERSION SCRIPT...: what a switch of that version hears.
told() { python3 "$ORACLE/fake-switch.py" "$WORK/c" "$@"; }

# trial NAME VERSION OPTIONS SCRIPT...: a controller of its own for one switch, beside others; `trials` shows all, by name.
trial() {
  local name=$1 version=$2 options=$3
  shift 3
  {
    echo "=== $options, version $version"
    ovs-testcontroller --detach --pidfile="$WORK/$name.pid" --unixctl="$WORK/$name.ctl" --no-chdir -vconsole:off $options "punix:$WORK/$name.c"
    python3 "$ORACLE/fake-switch.py" "$WORK/$name.c" "$version" "$@"
    kill "$(cat "$WORK/$name.pid")"
  } >"$WORK/$name.told" 2>&1 &
  TRIALS="${TRIALS-} $!"
}
trials() {
  wait $TRIALS
  TRIALS=
  cat "$WORK"/*.told
  rm "$WORK"/*.told
}
