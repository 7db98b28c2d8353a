# ovs-pki self-sign: the certificate, its files and modes
. "$ORACLE/pki.sh"
say pki self-sign a
pki -u req a
say pki self-sign a
masked <a-cert.pem
stat -c '%a %n' *.pem
openssl x509 -in a-cert.pem -noout -text | masked
openssl verify -CAfile a-cert.pem a-cert.pem
openssl x509 -in a-cert.pem -noout -serial | sed -E 's/[0-9A-F]{40}/SERIAL/'
say pki self-sign a
say pki --force self-sign a
mv a-privkey.pem hidden
say pki --force self-sign a
rm a-req.pem
say pki --force self-sign a
mkdir sub
pki req sub/b
say pki self-sign sub/b
openssl x509 -in sub/b-cert.pem -noout -ext subjectAltName -issuer -subject
