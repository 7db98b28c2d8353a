# The controller's options, as a switch of OpenFlow 1.0 hears them
. "$ORACLE/controller.sh"
packets=("1:$B$A$UDP:7" "2:$A$B$UDP:8" "2:$A$B$ARP" "1:$BROADCAST$A$ARP:1")
number=10
for options in --hub '-n -H' -N '-N -n' -w --wildcards=0x3820ff --wildcards=10 -w3fffff; do trial $((number++)) 1 "$options" "${packets[@]}"; done
trials
for options in --max-idle=5 --max-idle=permanent --queue=0 '-Q eth1:5' '-q 1 -Q eth2:6 -Q eth3:7' '-H -q 4' '-N -q 4' '-w -n -N -H -q 2' --mute; do
  trial $((number++)) 1 "$options" "${packets[@]}"
done
trials
