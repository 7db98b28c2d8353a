# What a client says of its keys: files that are not there or hold other things, ciphers and protocols.
openssl_() { openssl "$@" 2>/dev/null; }
authority() { openssl_ req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1" -keyout "$1.key" -out "$1.pem"; }
authority ca
authority other
echo junk > junk
t() { echo "$ $*"; timeout 5 ovsdb-client "$@" list-dbs ssl:127.0.0.1:7100  2>&1 | sed 's/^[^|]*|[0-9]*|//'; }
ovsdb-server --no-dbs --remote=pssl:7100:127.0.0.1 -p ca.key -c ca.pem -C ca.pem --detach --no-chdir --pidfile --log-file -vconsole:off
t -p ca.key -c ca.pem -C ca.pem
t -p none -c ca.pem -C ca.pem
t -p ca.key -c none -C ca.pem
t -p junk -c ca.pem -C ca.pem
t -p ca.key -c junk -C ca.pem
t -p ca.key -c ca.pem -C junk
t -p other.key -c ca.pem -C ca.pem
t -c ca.pem -C ca.pem
t -p ca.key -C ca.pem
t -p ca.key -c ca.pem
t -p ca.key -c ca.pem -C none
t -p ca.key -c ca.pem --bootstrap-ca-cert=/nowhere/x
t -p ca.key -c ca.pem --bootstrap-ca-cert=junk
t -p ca.key -c ca.pem -C ca.pem --ssl-ciphers=bogus
t -p ca.key -c ca.pem -C ca.pem --ssl-ciphers=HIGH:!aNULL
t -p ca.key -c ca.pem -C ca.pem --ssl-protocols=bogus
t -p ca.key -c ca.pem -C ca.pem --ssl-protocols=TLSv1.2
t -p ca.key -c ca.pem -C ca.pem --ssl-protocols=TLSv1.2,TLSv1.3
t -p ca.key -c ca.pem -C ca.pem --ssl-protocols=TLSv1.1,bogus
t -p ca.key -c ca.pem -C ca.pem --ssl-protocols=TLSv1.3
t -p ca.key -c ca.pem -C ca.pem --ssl-protocols=
t -p ca.key -c ca.pem -C ca.pem --peer-ca-cert=ca.pem
t -p ca.key -c ca.pem -C ca.pem --peer-ca-cert=none
stop ovsdb-server
