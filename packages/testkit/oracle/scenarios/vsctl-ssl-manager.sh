# ovs-vsctl set-ssl, set-manager, set-controller, fail modes, Auto Attach: every form
start_db
v() { try ovs-vsctl --no-wait "$@"; }
v add-br br0
v get-ssl
v set-ssl k c a -- get-ssl
v --bootstrap set-ssl k2 c2 a2 -- get-ssl
v set-ssl k
v del-ssl -- get-ssl
v get-manager
v set-manager ptcp:1 tcp:1.2.3.4:5 ssl:[::1]:6 -- get-manager
v --inactivity-probe=3000 set-manager ptcp:1 -- get manager ptcp:1 inactivity_probe
v --inactivity-probe=x set-manager ptcp:1
v set-manager nope -- get-manager
v set-manager ptcp:1 ptcp:1
v del-manager -- get-manager
v get-controller br0 -- get-controller nope
v set-controller br0 tcp:b tcp:a -- get-controller br0
v --inactivity-probe=-5 set-controller br0 tcp:b
v set-controller br0 junk punix:x -- get-controller br0
v del-controller br0 -- get-controller br0
v set-fail-mode br0 nope
v set-fail-mode br0 secure -- get-fail-mode br0 -- del-fail-mode br0 -- get-fail-mode br0
v get-fail-mode nope
v get-aa-mapping br0
v add-aa-mapping br0 7 3 -- add-aa-mapping br0 8 4 -- get-aa-mapping br0
v add-aa-mapping br0 x 3
v add-aa-mapping br0 7 5000
v add-aa-mapping nope 7 5
v del-aa-mapping br0 7 9 -- get-aa-mapping br0
v del-aa-mapping br0 7 3 -- get-aa-mapping br0
v init extra
v init -- init
