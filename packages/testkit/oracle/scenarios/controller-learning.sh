# A learning controller and a switch of OpenFlow 1.0: flows, packets back, loops, reserved addresses, errors, echoes
. "$ORACLE/controller.sh"
controller -vlearning_switch:file:dbg
told 1 "1:$B$A$UDP" "1:$B$A$UDP:7" "2:$A$B$UDP" "2:$A$B$UDP:8" "1:$B$A$UDP:9" "1:$A$B$UDP" "1:$A$B$UDP:10" \
  "2:$BROADCAST$B$ARP" "2:$BROADCAST$B$ARP:3" "3:0180c2000000${A}88cc0000" "3:0180c200000e${A}88cc0000:5" \
  "3:01005e000001$A$UDP:6" "1:$A$A$UDP:2" "2:$A$B$TCP:1" "2:$A$B$ICMP:1" "2:$A$B$ARP:1" "2:$A$B$VLAN:1" "2:$A${B}0005424203" \
  "2:$A$B$IPV6:1" error echo port:eth9
dismiss
grep -o 'learning_switch|.*' "$OVS_LOGDIR/ovs-testcontroller.log"
