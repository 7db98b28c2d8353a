# ovs-pki fingerprint: of requests, certificates, other files; fingerprints in file names
. "$ORACLE/pki.sh"
printf 'hello\n' >hello
touch -d '2026-01-02 03:04:05' hello
say ovs-pki -l log fingerprint hello
touch -d '2026-11-24 23:59:59' hello
TZ=America/New_York say ovs-pki -l log fingerprint hello
sum=$(sha1sum hello | cut -c1-40)
cp hello "$sum"
cp hello "$sum-req.pem"
mkdir sub
cp hello "sub/$sum-req.pem"
touch -d '2026-12-01 00:00:00' $sum* sub/*
say ovs-pki -l log fingerprint "$sum"
say ovs-pki -l log fingerprint "$sum-req.pem"
say ovs-pki -l log fingerprint "sub/$sum-req.pem"
pki -d pki init
pki -d pki -u req+sign a
shown() { ovs-pki -l log fingerprint "$1" | sed -n 's/.*fingerprint //p'; }
same() { [ "$2" = "$3" ] && echo "$1: as it should be" || echo "$1: $2, not $3"; }
same request "$(shown a-req.pem)" "$(sha1sum a-req.pem | cut -c1-40)"
same certificate "$(shown a-cert.pem)" "$(openssl x509 -in a-cert.pem -noout -fingerprint -sha1 | sed 's/.*=//' | tr -d :)"
openssl x509 -in a-cert.pem -out bare.pem
same bare "$(shown bare.pem)" "$(shown a-cert.pem)"
cat bare.pem pki/switchca/cacert.pem >two.pem
same two "$(shown two.pem)" "$(shown a-cert.pem)"
cp bare.pem "$(shown bare.pem).pem"
say pki fingerprint "$(shown bare.pem).pem" | sed -E 's/[0-9A-F]{40}/SUM/g'
say pki fingerprint a-privkey.pem
say pki fingerprint /dev/null | sed 's/DATE/DATE/'
