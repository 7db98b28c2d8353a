# ovs-pki init --force on a PKI that is there: new keys, old settings and books
. "$ORACLE/pki.sh"
pki -d pki init
sed -i -e 's/^default_days.*/default_days = 30/' -e 's/^default_md.*/default_md = sha384/' pki/switchca/ca.cnf
sed -i 's/^O *=.*/O = Somebody else/' pki/switchca/ca.cnf
before=$(openssl pkey -in pki/switchca/private/cakey.pem -pubout)
say pki -d pki -f init
[ "$before" = "$(openssl pkey -in pki/switchca/private/cakey.pem -pubout)" ] || echo "the key is another"
book pki/switchca
masked <pki/switchca/cacert.pem
days() { echo $((($(date -d "$(openssl x509 -in "$1" -noout -enddate | cut -d= -f2)" +%s) - $(date +%s) + 43200) / 86400)); }
days pki/controllerca/cacert.pem
pki -d pki req+sign a >/dev/null
ls *.pem
sed -i 's/^organizationName.*/organizationName = optional/' pki/switchca/ca.cnf
pki -d pki -f req+sign a
days a-cert.pem
masked <a-cert.pem
