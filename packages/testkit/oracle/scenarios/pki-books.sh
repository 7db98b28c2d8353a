# An authority's books under other settings: serial numbers, unique subjects, digests, no extensions copied
. "$ORACLE/pki.sh"
pki -d pki init
set_ca() { sed -i "s/^$1 .*/$1 = $2/" pki/switchca/ca.cnf; }
pki -u req a
one() {
  rm -f a-cert.pem
  say pki -d pki -b sign a | grep -v -e '^ovs-pki: ' -e DATE -e fingerprint
  [ ! -e a-cert.pem ] || openssl x509 -in a-cert.pem -noout -serial -subject -nameopt compat -ext subjectAltName,basicConstraints
}
for serial in FF 0FFF 7FFFFFFFFFFFFFFF 8000000000000000 0123456789ABCDEF0123456789ABCDEF; do
  echo $serial >pki/switchca/serial
  one
  masked <a-cert.pem | grep -A1 'Serial Number' | sed 's/HEX/many octets/'
done
book pki/switchca
set_ca copy_extensions none
one
set_ca copy_extensions copyall
one
set_ca unique_subject yes
rm pki/switchca/index.txt.attr
one
cat pki/switchca/index.txt.attr
sed -i 's/^V\t\([0-9]*Z\)\t\t/R\t\1\t260101000000Z\t/' pki/switchca/index.txt
one
cat pki/switchca/index.txt.attr
one
for digest in sha256 sha384; do
  set_ca default_md $digest
  echo 'unique_subject = no' >pki/switchca/index.txt.attr
  one
  openssl x509 -in a-cert.pem -noout -text | grep 'Signature Algorithm'
done
