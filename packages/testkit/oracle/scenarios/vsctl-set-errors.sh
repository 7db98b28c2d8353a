# set, add, remove, clear: what each refuses, and in which words
start_db
ovs-vsctl --no-wait add-br br0 -- add-port br0 p0 -- add-port br0 p1 tag=5 trunks=1,2,3 other_config:a=b other_config:c=d
v() { try ovs-vsctl --no-wait "$@"; }
v set bridge br0 name=br1
v set bridge br0 stp_enable=maybe
v set bridge br0 stp_enable=
v set bridge br0 stp_enable
v set bridge br0 stp_enable:x=true
v set bridge br0 =true
v set bridge br0 :a=b
v set bridge br0 other_config:=b
v set bridge br0 other_config:a
v set bridge br0 other_config=a
v set bridge br0 other_config=a=b=c
v set bridge br0 other_config=a=b,a=c
v set bridge br0 'other_config={a=b, c=d' 
v set bridge br0 'other_config={a=b, c=d} x' 
v set bridge br0 'other_config="a'
v set bridge br0 'other_config:a="b'
v set bridge br0 'other_config:a="b\q"'
v set bridge br0 fail_mode=open
v set bridge br0 'fail_mode=[secure,standalone]'
v set bridge br0 protocols=OpenFlow99
v set port p1 tag=4096
v set port p1 tag=-1
v set port p1 tag=x
v set port p1 tag=1.5
v set port p1 tag=99999999999999999999
v set port p1 trunks=1,1
v set port p1 'trunks=[1,2'
v set port p1 'trunks=[1 2]' -- get port p1 trunks
v set port p1 trunks=[] -- get port p1 trunks
v set port p1 'trunks=1, 2 ,3' -- get port p1 trunks
v set port p1 interfaces=[]
v set port p1 interfaces=p0
v set port p1 qos=@nosuch
v set port p1 qos=00000000-0000-0000-0000-000000000001
v set nosuch x a=b
v set p p1 tag=3
v set port nosuch tag=3
v --if-exists set port nosuch tag=3
v --if-exists set port nosuch nosuch=3
v set port p1 _uuid=00000000-0000-0000-0000-000000000001
v set port p1 tag=3 tag=4 -- get port p1 tag
v set port p1 other_config:a=1 other_config:a=2 -- get port p1 other_config
v set port p1 other_config:x=1 other_config={} other_config:y=2 -- get port p1 other_config
v set Open_vSwitch nosuch external_ids:a=b
v set open . external_ids:a=b -- get open . external_ids:a
v set o . external_ids:a=b
v set open . next_cfg=x
v add port p1 tag 7
v add port p0 tag 7 -- get port p0 tag
v add port p0 tag 7 8
v add port p0 trunks 7 8 9 7 -- get port p0 trunks
v add port p0 trunks x
v add port p0 trunks 5000
v add port p0 other_config a=b c=d -- get port p0 other_config
v add port p0 other_config a
v add port p0 other_config =b
v add port p0 other_config
v add port p0 name x
v add bridge br0 stp_enable true
v add bridge br0 nosuch true
v add bridge nosuch flood_vlans 1
v --if-exists add bridge nosuch flood_vlans 1
v remove port p0 trunks 7 77 -- get port p0 trunks
v remove port p0 trunks x
v remove port p0 other_config a c=x -- get port p0 other_config
v remove port p0 other_config c=d -- get port p0 other_config
v remove port p0 name p0
v remove port p0 interfaces "$(ovs-vsctl get port p0 interfaces | tr -d '[]')"
v remove bridge br0 stp_enable false
v remove port nosuch tag 1
v --if-exists remove port nosuch tag 1
v clear port p0 tag trunks other_config -- get port p0 tag trunks other_config
v clear port p0 interfaces
v clear port p0 name
v clear port p0 nosuch
v clear bridge br0 stp_enable
v clear port nosuch tag
v --if-exists clear port nosuch tag
v clear port p0
for text in $'\xff' $'x\xc3' $'\xe2\x82z'; do ovs-vsctl --no-wait set bridge br0 external_ids:a="$text"; echo "-> $?"; done
v add bridge br0 fail_mode secure -- add bridge br0 fail_mode standalone
