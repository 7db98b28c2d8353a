# Connection tracking on dummies: a switch br0 with ports p1 and p2, its flows from standard input, a stopped clock,
# and a listener that is told of packets.
conntrack_switch() {
  start_switch --enable-dummy=override 2>/dev/null
  ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy fail-mode=secure \
    -- add-port br0 p1 -- set interface p1 type=dummy ofport_request=1 \
    -- add-port br0 p2 -- set interface p2 type=dummy ofport_request=2
  ovs-ofctl add-flows br0 -
  ovs-ofctl monitor br0 65534 --detach --no-chdir --pidfile 2>told
  keep_asking
  ovs-appctl time/stop >/dev/null
}

# later MILLISECONDS: lets the clock go on.
later() {
  ovs-appctl time/warp "$1" >/dev/null
}

# segment DESCRIPTION: sets SEGMENT to a packet as segments.py describes it. One process makes them all.
segment() {
  if [ -z "${SEGMENTS_IN-}" ]; then
    coproc MAKER { exec python3 "$ORACLE/segments.py"; }
    exec {SEGMENTS_IN}>&"${MAKER[1]}" {SEGMENTS_OUT}<&"${MAKER[0]}"
  fi
  echo "$1" >&"$SEGMENTS_IN"
  read -r SEGMENT <&"$SEGMENTS_OUT"
}

# in_by PORT DESCRIPTION: a packet as segments.py describes it comes in; then what the listener was told of it.
in_by() {
  echo "# $1 $2"
  segment "$2"
  ovs-appctl netdev-dummy/receive "$1" "$SEGMENT"
  ovs-appctl revalidator/wait
  sleep 0.05
  tail -n +$((${TOLD:-0} + 1)) told | grep -v '^OFPT_ECHO' |
    sed -E -e 's/^NXT_PACKET_IN2 \(xid=0x0\): ?//; s/cookie=0x0 //; s/ \(via action\) data_len=[0-9]+ \(unbuffered\)//' \
      -e 's/vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,//; s/nw_tos=0,nw_ecn=0,nw_ttl=64,//' |
    paste -d' ' - - | sort
  TOLD=$(wc -l <told)
}

# connections [OPTION...]: those that are tracked, in an order of their own.
connections() {
  ovs-appctl dpctl/dump-conntrack "$@" | sort
}

# ask COMMAND [ARG...]: an answer of dpctl/COMMAND in one line.
ask() {
  echo "$*: $(ovs-appctl "dpctl/$@" 2>&1 | grep -v 'server returned an error' | tr '\n' '|')"
}
