# ovs-pki sign and req+sign: both authorities, the certificates' files, the books after several
. "$ORACLE/pki.sh"
pki -d pki init
say pki -d pki req a
say pki -d pki -b sign a
masked <a-cert.pem
cmp a-cert.pem pki/switchca/newcerts/02.pem
openssl verify -CAfile pki/switchca/cacert.pem a-cert.pem
openssl x509 -in a-cert.pem -outform der | openssl asn1parse -inform der | sed -E 's/^ *[0-9]+://' | grep -e UTF8STRING -e PRINTABLE -e UTCTIME -e BOOLEAN | sed 's/:[0-9]*Z//' | masked
say pki -d pki -b sign a
say pki -d pki -b sign a controller
say pki -d pki --batch --force sign a controller
openssl verify -CAfile pki/controllerca/cacert.pem a-cert.pem
say pki -d pki req+sign b controller
say pki -d pki req+sign b controller
say pki --dir=pki -u req+sign c switch
say pki -d pki -b sign c router
stat -c '%a %n' *.pem
book pki/switchca
book pki/controllerca
say pki -d nowhere --force -b sign c
rm c-cert.pem
say pki -d nowhere -b sign c
ls *.pem
