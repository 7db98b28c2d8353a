# What ovs-vsctl has of later versions: limits of conntrack zones, show --filter, TLS options.
python3 - "$SCHEMA" > later.ovsschema <<'P'
import json, sys
schema = json.load(open(sys.argv[1]))
limit = {"type": {"key": {"type": "integer", "minInteger": 0, "maxInteger": 4294967295}, "min": 0, "max": 1}}
schema["version"] = "8.8.0"
schema.pop("cksum", None)
schema["tables"]["CT_Zone"]["columns"]["limit"] = limit
schema["tables"]["Datapath"]["columns"]["ct_zone_default_limit"] = limit
json.dump(schema, sys.stdout)
P
SCHEMA=$PWD/later.ovsschema
start_db
v() { ovs-vsctl --no-wait "$@"; }
fails "no such datapath" 1 'datapath system does not exist' v set-zone-limit system 1 5
v --id=@d create Datapath datapath_version=0 -- set Open_vSwitch . datapaths:system=@d >/dev/null
holds "limits are set" v set-zone-limit system default 9 -- set-zone-limit system 1 5
shows "and listed: all others" '^Default, Limit: 9$' v list-zone-limits system
shows "and listed: a zone" '^Zone: 1, Limit: 5$' v list-zone-limits system
holds "a limit changes" v set-zone-limit system 1 7
shows "to the new one" '^Zone: 1, Limit: 7$' v list-zone-limits system
fails "an absent limit" 1 'zone_id 2 does not have a limit' v del-zone-limit system 2
holds "an absent limit that may be" v --if-exists del-zone-limit system 2
fails "no zone" 1 'is not a zone' v set-zone-limit system 70000 5
fails "no limit" 1 'is not a limit' v set-zone-limit system 1 x
v add-zone-tp system zone=1 icmp_first=1 2>/dev/null || v --may-exist add-zone-tp system zone=1 icmp_first=1
holds "limits are taken away" v del-zone-limit system 1 -- del-zone-limit system default
holds "and gone" test -z "$(v list-zone-limits system)"
shows "a zone with timeouts stays" '^Zone:1, Timeout Policies: icmp_first=1$' v list-zone-tp system
v set-zone-limit system 3 5 -- del-zone-limit system 3
holds "a zone without anything goes" test "$(v list-zone-tp system | wc -l)" = 1

v add-br br0 -- add-port br0 vx0 -- set interface vx0 type=vxlan options:remote_ip=10.0.0.1 -- add-port br0 gr0 -- set interface gr0 type=gre options:remote_ip=10.0.0.2
v add-br br1
holds "show --filter: what has a text" test "$(v -- --filter='interface(vxlan)' show | grep -c 'Interface')" = 1
holds "show --filter: one of two texts" test "$(v -- --filter='interface(vxlan|gre)' show | grep -c 'Interface')" = 2
holds "show --filter: two tables" test "$(v -- --filter='bridge(br1),port(br1)' show | grep -c 'Bridge')" = 1
holds "show --filter: below counts for above" test "$(v -- --filter='bridge(vxlan)' show | grep -c 'Interface')" = 3
holds "show --filter: a rule without texts filters nothing" test "$(v -- --filter=interface show)" = "$(v show)"

openssl req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=ca -keyout k.pem -out c.pem 2>/dev/null
serve() { openssl s_server -accept 127.0.0.1:7443 -key k.pem -cert c.pem -CAfile c.pem -Verify 1 -cert2 c.pem -key2 k.pem -servername_fatal -servername "$1" "${@:2}" -state >server.log 2>&1 <&3 & server=$!; until_true 30 grep -q ACCEPT server.log; }
# ask OPTION...: asks that server, until its side of the handshake is over one way or the other
ask() {
  ovs-vsctl -t 60 -p k.pem -c c.pem -C c.pem --db=ssl:127.0.0.1:7443 "$@" list-br >/dev/null 2>&1 3<&- & client=$!
  until_true 60 grep -q '^CIPHER is\|^ERROR' server.log
  kill $client $server; wait $client $server 2>/dev/null
}
mkfifo hold; exec 3<>hold
serve db.example; ask --ssl-server-name=db.example
shows "--ssl-server-name is sent" 'Hostname in TLS extension: "db.example"' cat server.log
serve db.example; ask
holds "no name where the target is an address" test -z "$(grep 'Hostname in TLS' server.log)"
serve db.example -ciphersuites TLS_AES_128_GCM_SHA256; ask --ssl-ciphersuites=TLS_AES_128_GCM_SHA256
shows "--ssl-ciphersuites: the suite of both" 'CIPHER is TLS_AES_128_GCM_SHA256|New, TLSv1.3, Cipher is TLS_AES_128' cat server.log
serve db.example -ciphersuites TLS_AES_128_GCM_SHA256 -tls1_3; ask --ssl-ciphersuites=TLS_AES_256_GCM_SHA384
shows "--ssl-ciphersuites: none in common" 'no shared cipher' cat server.log
exec 3>&-
for tool in "ovs-ofctl show br0" "ovsdb-client list-dbs" "ovs-vsctl list-br"; do
  out=$($tool --ssl-ciphersuites=TLS_AES_128_GCM_SHA256 --ssl-server-name=x 2>&1)
  case $tool in ovs-vsctl*) out=$(ovs-vsctl --ssl-ciphersuites=TLS_AES_128_GCM_SHA256 --ssl-server-name=x list-br 2>&1) ;; esac
  holds "$tool takes the options" test -z "$(grep 'unrecognized' <<<"$out")"
done
