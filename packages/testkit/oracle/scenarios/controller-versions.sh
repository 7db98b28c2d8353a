# The controller with switches of each OpenFlow version
. "$ORACLE/controller.sh"
packets=("1:$B$A$UDP:7" "2:$A$B$UDP:8" "2:$A$B$ARP" "2:$A$B$IPV6:3" "2:$A$B$VLAN:3" "1:0180c2000001${A}88cc0000:1")
for options in '' '-w -q 3' '-n -Q eth1:4'; do
  for version in 1 2 3 4 5 6; do trial $version $version "$options" "${packets[@]}"; done
  trials
done
for version in 1 4 5; do trial 1$version $version '-O OpenFlow10' "1:$B$A$UDP:7"; done
for version in 1 4 5; do trial 2$version $version '-O OpenFlow11,OpenFlow14' "1:$B$A$UDP:7"; done
trials
