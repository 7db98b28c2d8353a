# ovs-pki init: the tree, its modes, the settings, the authorities' certificates as openssl reads them
. "$ORACLE/pki.sh"
say pki -d pki init
say pki -d pki init
find pki -printf '%m %y %P\n' | grep -v cakey | sort -k3
for name in controllerca switchca; do
  sed -e 's/#.*//' -e 's/ *= */=/' -e 's/ *$//' -e '/^$/d' pki/$name/ca.cnf | masked
  book pki/$name
  masked <pki/$name/cacert.pem
  cmp pki/$name/cacert.pem pki/$name/newcerts/01.pem
  openssl x509 -in pki/$name/cacert.pem -noout -text | masked
  openssl req -in pki/$name/careq.pem -noout -text -verify | masked
  openssl x509 -in pki/$name/cacert.pem -outform der | openssl asn1parse -inform der | sed -E 's/^ *[0-9]+://' | grep STRING | grep -v 'OCTET\|BIT' | masked
  head -1 pki/$name/private/cakey.pem
  openssl pkey -in pki/$name/private/cakey.pem -noout -check
done
openssl verify -CAfile pki/switchca/cacert.pem pki/switchca/cacert.pem
openssl verify -CAfile pki/switchca/cacert.pem pki/controllerca/cacert.pem 2>&1 | masked
mkdir there
say pki -f -d there init
ls there/*
say pki -B 3072 -d long init
openssl x509 -in long/switchca/cacert.pem -noout -text | grep Public-Key
