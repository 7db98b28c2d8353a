# ovsdb-tool compare-versions: every operator over pairs, and versions that are none
for pair in '1.0.0 1.0.0' '1.0.0 1.0.1' '2.0.0 1.9.9' '10.0.0 9.0.0' '0.0.0 0.0.1'; do
  set -- $pair
  for op in '<' '<=' '==' '>=' '>' '!='; do status ovsdb-tool compare-versions "$1" "$op" "$2"; done
done
try ovsdb-tool compare-versions 1.0 '<' 1.0.0
try ovsdb-tool compare-versions 1.0.0 '<' x
try ovsdb-tool compare-versions 1.0.0 '=' 1.0.0
try ovsdb-tool compare-versions 1.0.0 '' 1.0.0
try ovsdb-tool compare-versions 1.0.0 '<'
try ovsdb-tool compare-versions 1.0.0 '<' 1.0.0 x
try ovsdb-tool compare-versions -1.0.0 '<' 1.0.0
