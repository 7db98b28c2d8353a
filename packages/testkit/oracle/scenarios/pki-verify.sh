# ovs-pki verify: good ones, those of another authority, expired, early, damaged, self-signed, no certificate at all
. "$ORACLE/pki.sh"
pki -d pki init
for name in good other broken late early; do pki -d pki -u req+sign $name >/dev/null; done
say pki -d pki verify good
say pki -d pki verify good switch
say pki -d pki verify good controller
again() {
  local name=$1
  shift
  (cd pki/switchca && openssl ca -config ca.cnf -extensions usr_cert -batch -in ../../$name-req.pem -out ../../$name-cert.pem "$@") 2>/dev/null
}
again late -startdate 20200101000000Z -enddate 20210101000000Z
again early -startdate 20400101000000Z -enddate 20490101000000Z
say pki -d pki verify late
say pki -d pki verify early
pki -d other init
say pki -d other verify good
# the last octets of the signature, changed
openssl x509 -in broken-cert.pem -outform der | head -c -4 >broken.der
printf '\1\2\3\4' >>broken.der
openssl x509 -in broken.der -inform der -out broken-cert.pem
say pki -d pki verify broken
pki -u self-sign other
rm other-cert.pem
pki self-sign other
say pki -d pki verify other
openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -days 2 -subj '/O=A+OU=B/CN=x, "y" \\ z/C=DE/CN=Gr\xc3\xbc\xc3\x9fe' -utf8 -out own-cert.pem 2>/dev/null
say pki -d pki verify own
cp pki/switchca/cacert.pem ca-cert.pem
say pki -d pki verify ca
say pki -d pki verify ca controller
echo junk >junk-cert.pem
say pki -d pki verify junk
cat good-cert.pem broken-cert.pem >both-cert.pem
say pki -d pki verify both
