# ovs-pki sign on requests that openssl made: subjects, other keys, extensions, policy
. "$ORACLE/pki.sh"
pki -d pki init
ask() {
  local name=$1
  shift
  openssl req -new -nodes -keyout $name.key -out $name-req.pem "$@" 2>/dev/null
  say pki -d pki -b sign $name | grep -v -e '^ovs-pki: ' -e DATE -e fingerprint
  [ ! -e $name-cert.pem ] || { masked <$name-cert.pem; openssl verify -CAfile pki/switchca/cacert.pem $name-cert.pem; }
}
ask plain -newkey rsa:2048 -subj '/O=Open vSwitch/CN=plain'
ask order -newkey rsa:2048 -subj '/CN=order/emailAddress=a@example.com/L=Town/O=Open vSwitch/ST=State/OU=One/OU=Two/C=DE'
ask other -newkey rsa:2048 -subj '/O=Somebody else/CN=other'
ask nameless -newkey rsa:2048 -subj '/O=Open vSwitch'
ask nowhere -newkey rsa:2048 -subj '/CN=nowhere'
ask curve -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -subj '/O=Open vSwitch/CN=curve'
ask curve384 -newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -subj '/O=Open vSwitch/CN=curve384' -sha384
ask many -newkey rsa:2048 -subj '/O=Open vSwitch/CN=many' -addext 'subjectAltName=DNS:a.example,DNS:b.example,IP:192.0.2.1,IP:2001:db8::1,email:me@example.com,URI:http://example.com/x' \
  -addext 'keyUsage=critical,digitalSignature,keyEncipherment' -addext 'extendedKeyUsage=serverAuth,clientAuth'
ask grab -newkey rsa:2048 -subj '/O=Open vSwitch/CN=grab' -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=keyCertSign,cRLSign'
ask joined -newkey rsa:2048 -multivalue-rdn -subj '/O=Open vSwitch+OU=One/CN=joined+serialNumber=5'
ask umlaut -newkey rsa:2048 -utf8 -subj '/O=Open vSwitch/CN=Gr\xc3\xbc\xc3\x9fe, "you"'
ask long -newkey rsa:4096 -subj '/O=Open vSwitch/CN=long'
book pki/switchca
