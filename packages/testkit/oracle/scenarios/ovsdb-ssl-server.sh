# TLS remotes of the server: by files and by a database, clients of openssl and of our own, wrong certificates, new ones while it runs.
# ours: stream_ssl|ERR|SSL_use_PrivateKey_file: error:N:system library::No such file or directory
# seconds: 15
openssl_() { openssl "$@" 2>/dev/null; }
authority() { openssl_ req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1" -keyout "$1.key" -out "$1.pem"; }
# certificate NAME CA: NAME.key and NAME.pem, signed by CA
certificate() {
  openssl_ req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr"
  openssl_ x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 30 -out "$1.pem"
}
authority ca
authority other
certificate server ca
certificate client ca
certificate stranger other
certificate server2 other
certificate client2 other
cat > s.ovsschema <<'S'
{"name":"J","version":"1.0.0","tables":{
 "Root":{"columns":{"ssl":{"type":{"key":{"type":"uuid","refTable":"SSL"},"min":0,"max":1}},"remotes":{"type":{"key":"string","min":0,"max":"unlimited"}}},"isRoot":true},
 "SSL":{"columns":{"private_key":{"type":"string"},"certificate":{"type":"string"},"ca_cert":{"type":"string"},"bootstrap_ca_cert":{"type":"boolean"}}}}}
S
ovsdb-tool create j.db s.ovsschema
client() { timeout 5 ovsdb-client -p "$1.key" -c "$1.pem" -C "$2" "${@:4}" list-dbs "ssl:127.0.0.1:$3" 2>&1 | sed 's/^[^|]*|[0-9]*|//'; echo "-> ${PIPESTATUS[0]}"; }
refused() { client "$@" | grep -v "_ssl\|jsonrpc\|^ovsdb-client"; }
tls() { timeout 5 openssl s_client -connect 127.0.0.1:7100 "$@" </dev/null 2>&1 | grep -E '^(depth|verify|Verification|Verify return|subject|issuer|New, |Server certificate| 0 s|CONNECTED)' | sed -E 's/^[0-9A-F]+:error/error/; s/\.c:[0-9]+/.c/' | sort -u; }
since_last() { sleep 0.3; tail -n +$((lines + 1)) "$OVS_LOGDIR/ovsdb-server.log" | sed -E -e 's/^[^|]*\|[0-9]*\|//' -e 's/(ssl|tcp):127.0.0.1:[0-9]+/PEER/' | grep -vE '^memory|received JSON-RPC data|Dropped|alert unknown ca|Protocol error|Connection reset' | sed 's/PrivateKey_file: .*/PrivateKey_file: .../' | sort; lines=$(wc -l <"$OVS_LOGDIR/ovsdb-server.log"); }
lines=0
echo "# by files"
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db.sock" --remote=pssl:7100:127.0.0.1 -p server.key -c server.pem -C ca.pem --detach --no-chdir --pidfile --log-file -vconsole:off
client client ca.pem 7100
echo "# a stranger's certificate, a server that one does not believe"
refused stranger ca.pem 7100
client client other.pem 7100
since_last
echo "# no certificate at all, and no TLS"
tls
since_last
timeout 5 ovsdb-client list-dbs tcp:127.0.0.1:7100 2>&1 | sed 's/^[^|]*|[0-9]*|//'
since_last
tls -cert client.pem -key client.key -CAfile ca.pem
tls -cert client.pem -key client.key -CAfile ca.pem -tls1_2
since_last
echo "# still there"
client client ca.pem 7100
echo "# a CA file that is not there yet"
client client new.pem 7100
timeout 5 ovsdb-client -p client.key -c client.pem --bootstrap-ca-cert=new.pem list-dbs ssl:127.0.0.1:7100 2>&1 | sed -e 's/^[^|]*|[0-9]*|//' -e 's/fingerprint .*/fingerprint .../'
ls -l new.pem 2>&1 | cut -c1-10
since_last
echo "# other certificates in the same files"
sleep 1
cp server2.pem server.pem; cp server2.key server.key; cp other.pem ca.pem
sleep 0.5
client client2 other.pem 7100
since_last
refused client other.pem 7100
since_last
stop ovsdb-server
echo "# by a database"
lines=0; rm "$OVS_LOGDIR/ovsdb-server.log"
cp server2.pem a.pem; cp server2.key a.key
ovsdb-server j.db --remote=punix:"$OVS_RUNDIR/db.sock" --remote=db:J,Root,remotes --private-key=db:J,SSL,private_key --certificate=db:J,SSL,certificate --ca-cert=db:J,SSL,ca_cert \
  --detach --no-chdir --pidfile --log-file -vconsole:off
ovsdb-client transact '["J",{"op":"insert","table":"Root","row":{"remotes":"pssl:7101:127.0.0.1"}}]'
sleep 0.3
refused client2 other.pem 7101
since_last
ovsdb-client transact '["J",{"op":"update","table":"Root","where":[],"row":{"ssl":["named-uuid","s"]}},{"op":"insert","table":"SSL","uuid-name":"s","row":{"private_key":"'"$PWD"'/a.key","certificate":"'"$PWD"'/a.pem","ca_cert":"'"$PWD"'/other.pem"}}]'
sleep 0.5
client client2 other.pem 7101
since_last
ovsdb-client transact '["J",{"op":"update","table":"SSL","where":[],"row":{"private_key":"/nowhere/key","certificate":"'"$PWD"'/s.ovsschema"}}]'
sleep 0.5
client client2 other.pem 7101
since_last
ovsdb-client list-dbs
stop ovsdb-server
