# what ovs-ofctl says of flows that it cannot read
f() { echo "> $*"; ovs-ofctl -vconsole:off parse-flow "$@" 2>&1 | grep -v '^0000'; }
while IFS= read -r line; do f "$line"; done <<'END'
foo
actions
priority=70000,actions=drop
priority=x,actions=drop
idle_timeout=-1,actions=drop
hard_timeout=65536,actions=drop
importance=x,actions=drop
table=256,actions=drop
table=x,actions=drop
cookie=x,actions=drop
cookie=1/1,actions=drop
foo=1,actions=drop
in_port,actions=drop
in_port=eth9,actions=drop
dl_src=zork,actions=drop
dl_type=0x10000,actions=drop
nw_src=1.2.3.4,actions=drop
ip,nw_src=1.2.3.4/33,actions=drop
ip,nw_tos=300,actions=drop
nw_frag=maybe,actions=drop
tcp,tcp_flags=+foo,actions=drop
reg0=5/x,actions=drop
reg0[0..3]=16,actions=drop
ct_state=+zork,actions=drop
out_port=1,actions=drop
no_readonly_table,actions=drop
udp,actions=set_field:80->tcp_dst
actions=set_field:1.2.3.4->ip_src
actions=ct(commit)
actions=dec_ttl
ipv6,actions=ct(commit,nat(src=1.2.3.4))
END
try ovs-ofctl parse-flow
try ovs-ofctl parse-flow a b
try ovs-ofctl -O foo parse-flow actions=drop
try ovs-ofctl -F foo parse-flow actions=drop
try ovs-ofctl parse-flows /nonexistent
printf 'actions=drop\n# comment\n\n  ip,actions=1 # more\nfoo=1,actions=1\n' >flows
try ovs-ofctl parse-flows flows
