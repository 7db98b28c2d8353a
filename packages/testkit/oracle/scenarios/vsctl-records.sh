# ovs-vsctl list, find, get, set, add, remove, clear, create, destroy: each refusal of a value, key, column, record
start_db
v() { try ovs-vsctl --no-wait "$@"; }
v add-br br0
v get bridge br0
v get bridge br0 nope
v get bridge nope name
v --if-exists get bridge nope name
v get bridge br0 other_config:x
v --if-exists get bridge br0 other_config:x
v get bridge br0 name:x
v get bridge br0 _uuid _uuid name
v --id=@b get bridge br0 name -- set bridge @b other_config:a=b -- get bridge br0 other_config
v --id=b get bridge br0
v set bridge br0 other_config=a
v set bridge br0 other_config:a=b=c other_config:'"x y"'='"q r"' -- get bridge br0 other_config
v set bridge br0 other_config='{a=b' 
v set bridge br0 stp_enable=maybe
v set bridge br0 fail_mode=x
v set bridge br0 flood_vlans=1,2,x
v set bridge br0 flood_vlans=4096
v set bridge br0 flood_vlans=[1,2] -- get bridge br0 flood_vlans
v set bridge br0 _uuid=x
v set bridge br0 name=y
v set bridge br0 datapath_type
v set bridge br0 name:x=y
v set bridge br0 ports=@nope
v add bridge br0 flood_vlans 3 4 -- get bridge br0 flood_vlans
v add bridge br0 other_config k=v -- add bridge br0 other_config k=w -- get bridge br0 other_config
v add bridge br0 other_config k=x
v get bridge br0 other_config -- add bridge br0 other_config k=y m=1
v add bridge br0 other_config k=z -- add bridge br0 other_config m=2
v get bridge br0 other_config
v add bridge br0 other_config k
v add bridge br0 name x
v add bridge br0 _version x
v remove bridge br0 flood_vlans 1 9 -- get bridge br0 flood_vlans
v remove bridge br0 other_config k a=zz -- get bridge br0 other_config
v remove bridge br0 stp_enable false
v clear bridge br0 other_config flood_vlans -- get bridge br0 other_config flood_vlans
v clear bridge br0 name
v clear bridge br0 nope
v clear bridge nope name
v --if-exists clear bridge nope name
v create queue
v create qos type=linux-htb other_config:max-rate=5
v create bridge
v --id=@q create queue dscp=3
v --id=@q create queue -- --id=@q create queue
v destroy qos
v --all destroy qos
v --all destroy qos x
v --if-exists destroy queue 60000000-0000-0000-0000-000000000001
v destroy queue 60000000-0000-0000-0000-000000000001
v destroy queue x
v list qos
v list bri br0 x
v --if-exists list bridge x
v --columns=nope list bridge
v --columns=n list bridge
v --columns=name,fail list bridge
v comment hello -- list-br
v wait-until bridge br0 name=br0 stp_enable=false
v -t1 wait-until bridge br0 nope=1
