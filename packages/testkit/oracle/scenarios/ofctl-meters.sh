# meters by ovs-ofctl
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy protocols=OpenFlow10,OpenFlow13
m() { echo "> $*"; ovs-ofctl -vconsole:off "$@" 2>&1 | grep -v '^0000'; }
while IFS= read -r line; do m -O OpenFlow13 add-meter br0 "$line"; done <<'END'
meter=1,kbps,band=type=drop,rate=1000
meter=2,pktps,burst,stats,bands=type=drop,rate=10,burst_size=5
meter=4
kbps,bands=type=drop,rate=1
meter=5,kbps
meter=5,bands=type=drop,rate=1
meter=5,kbps,bands=
meter=5,kbps,bands=type=drop
meter=5,kbps,bands=rate=5
meter=5,kbps,bands=type=foo,rate=5
meter=5,kbps,bands=type=drop,rate=x
meter=5,kbps,bands=type=drop,rate=5,burst_size=7
meter=5,kbps,foo,bands=type=drop,rate=5
meter=x,kbps,bands=type=drop,rate=5
meter=5,kbps,burst,bands=type=drop,rate=5
meter=5,kbps,bands=type=drop,rate=5,prec_level=4
meter=1,kbps,band=type=drop,rate=7
meter=0,kbps,band=type=drop,rate=7
meter=7,kbps,foo=1,bands=type=drop,rate=5
END
m -O OpenFlow13 dump-meters br0 meter=1
m -O OpenFlow13 dump-meter br0 meter=2
m -O OpenFlow13 meter-stats br0 meter=1 | sed 's/duration:[0-9.]*s/duration:T/'
m -O OpenFlow13 mod-meter br0 meter=1,kbps,band=type=drop,rate=2000
m -O OpenFlow13 mod-meter br0 meter=9,kbps,band=type=drop,rate=2000
m -O OpenFlow13 dump-meters br0 meter=1
m -O OpenFlow13 del-meter br0 meter=2
m -O OpenFlow13 dump-meters br0
m -O OpenFlow13 del-meters br0 5
m -O OpenFlow13 meter-features br0
m -O OpenFlow13 del-meters br0
m -O OpenFlow13 dump-meters br0
m dump-meters br0
