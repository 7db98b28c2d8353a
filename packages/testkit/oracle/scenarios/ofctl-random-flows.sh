# Random flows in every version: read, written as octets, read again and printed.
flows() {
  cp "$2" flows.txt
  try ovs-ofctl -O "$1" parse-flows flows.txt 2>/dev/null
}
flows OpenFlow10 "$ORACLE/random-flows-10.txt"
flows OpenFlow11 "$ORACLE/random-flows-11.txt"
flows OpenFlow12 "$ORACLE/random-flows-12.txt"
flows OpenFlow13 "$ORACLE/random-flows-13.txt"
flows OpenFlow14 "$ORACLE/random-flows-14.txt"
flows OpenFlow15 "$ORACLE/random-flows-15.txt"
