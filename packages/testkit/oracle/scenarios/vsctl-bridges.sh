# ovs-vsctl bridges: names that collide, wrong parents and VLANs, existence, ids
start_db
v() { try ovs-vsctl --no-wait "$@"; }
v add-br br0
v add-br br0
v --may-exist add-br br0
v add-br a/b
v add-br ''
v add-br f br0 7
v add-br f br0 7
v --may-exist add-br f br0 7
v --may-exist add-br f br0 8
v --may-exist add-br br0 br0 9
v --may-exist add-br f
v add-br g nope 1
v add-br g br0 0
v add-br g br0 4096
v add-br g br0 x
v add-br g f 3
v add-br g br0 7
v --real list-br
v --fake list-br
v --real --fake list-br
v list-br
for b in br0 f nope; do for c in br-exists br-to-vlan br-to-parent list-ports list-ifaces br-get-external-id; do v $c $b; done; done
v br-set-external-id br0 k v -- br-set-external-id f k w -- br-set-external-id f l 'a b'
v br-get-external-id br0
v br-get-external-id f
v br-get-external-id f k
v br-get-external-id f none
v br-set-external-id f k
v br-set-external-id nope k v
v br-get-external-id f
v del-br nope
v --if-exists del-br nope
v del-br f
v del-br br0
v list-br
