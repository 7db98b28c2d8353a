# Certificates: the PKI of one side used by the other, by openssl, and in TLS sessions; weak choices; the queue.
theirs=/usr/bin/ovs-pki
ours() { ovs-pki --log=ours.log "$@"; }
theirs() { $theirs --log=theirs.log "$@"; }
good() { openssl verify -CAfile "$1/$2ca/cacert.pem" "$3-cert.pem"; }

for maker in ours theirs; do
  other=$([ $maker = ours ] && echo theirs || echo ours)
  pki=pki-$maker
  holds "$maker: init" $maker -d $pki init
  for signer in $other $maker; do
    for requester in ours theirs; do
      name=$maker-$signer-$requester
      rm -f $name-*
      holds "$maker's authority, $signer signs for $requester" eval "$requester -d $pki req $name && $signer -d $pki -b sign $name controller"
      holds "ours verifies $name" ours -d $pki verify $name controller
      holds "theirs verifies $name" theirs -d $pki verify $name controller
      holds "openssl verifies $name" good $pki controller $name
    done
  done
  holds "$maker: the serial numbers went on" test "$(cat $pki/controllerca/serial)" = 06
  holds "$maker: openssl reads the books" eval "(cd $pki/controllerca && openssl ca -config ca.cnf -status 05 2>&1 | grep -q 'Valid (V)')"
  holds "$maker: openssl makes a revocation list of them" eval "(cd $pki/controllerca && openssl ca -config ca.cnf -revoke newcerts/03.pem 2>&1 && openssl ca -config ca.cnf -gencrl -out crl.pem && openssl crl -in crl.pem -noout -text | grep -q 'Serial Number: 03')"
  holds "$maker: $other starts it anew" eval "$other -d $pki -f init && $maker -d $pki -f req+sign $maker-anew && ours -d $pki verify $maker-anew && theirs -d $pki verify $maker-anew"
done
holds "theirs signs its own, ours verifies" eval "ours req own && theirs self-sign own && openssl verify -CAfile own-cert.pem own-cert.pem"
holds "and the reverse" eval "theirs req own2 && ours self-sign own2 && openssl verify -CAfile own2-cert.pem own2-cert.pem"

# the certificates at work
holds "a switch and a controller" eval "ours -d pki-ours req+sign sw switch && ours -d pki-ours req+sign ctl controller"
openssl s_server -accept 127.0.0.1:7777 -quiet -Verify 1 -verify_return_error -CAfile pki-ours/switchca/cacert.pem -cert ctl-cert.pem -key ctl-privkey.pem >/dev/null 2>&1 &
server=$!
talk() { echo hello | openssl s_client -connect 127.0.0.1:7777 -verify_return_error -CAfile "pki-ours/$1ca/cacert.pem" -cert sw-cert.pem -key sw-privkey.pem 2>&1; }
soon "trust each other over TLS" 10 eval "talk controller | grep -q 'Verify return code: 0'"
holds "and not by the other authority" eval "! talk switch | grep -q 'Verify return code: 0'"
kill $server

# private keys
holds "private keys are the owner's alone" eval "! stat -c '%a' *-privkey.pem pki-ours/*/private/* | grep -v -e 600 -e 700"
(umask 000 && ours req loose && ours -d pki-loose init) >/dev/null 2>&1
holds "whatever the umask is" eval "! stat -c '%a' loose-privkey.pem pki-loose/*/private/cakey.pem | grep -v 600"
chmod 666 loose-privkey.pem
holds "and whatever stood there" eval "ours -f req loose && test \$(stat -c %a loose-privkey.pem) = 600"

# weak choices
fails "1024 bits" 1 '1024-bit keys are too weak' ovs-pki -l log -B 1024 req weak
fails "DSA" 1 'DSA keys are no longer supported' ovs-pki -l log -k dsa req weak
holds "neither left files" eval '! ls weak-* 2>/dev/null'
openssl req -new -newkey rsa:2048 -nodes -sha1 -subj '/O=Open vSwitch/CN=sha' -keyout sha.key -out sha-req.pem 2>/dev/null
fails "a request signed with SHA-1" 1 'sha1, whose collisions' ovs-pki -l log -d pki-ours -b sign sha
holds "but forced" ours -d pki-ours -b -f sign sha
sed -i 's/^default_md.*/default_md = sha1/' pki-ours/switchca/ca.cnf
fails "an authority that signs with SHA-1" 1 'default_md = sha1' ovs-pki -l log -d pki-ours req+sign another
sed -i 's/^default_md.*/default_md = sha512/' pki-ours/switchca/ca.cnf

# requests that wait
mkdir -m 0733 pki-ours/switchca/incoming
ours req waits >/dev/null
sum=$(sha1sum waits-req.pem | cut -c1-40)
cp waits-req.pem "pki-ours/switchca/incoming/$sum-req.pem"
shows "ls shows what waits" "$sum-req.pem.*" ovs-pki -l log -d pki-ours ls
holds "approve certifies it" ours -d pki-ours approve "${sum:0:6}"
holds "by the authority" openssl verify -CAfile pki-ours/switchca/cacert.pem "pki-ours/switchca/certs/$sum-cert.pem"
fails "and it waits no more" 1 'no waiting request' ovs-pki -l log -d pki-ours approve "$sum"

# for people
shows "pki help tells all commands" 'approve' pki help
shows "pki help COMMAND tells of one" 'bits=NBITS' pki help req+sign
shows "pki works by its short name" 'fingerprint' pki -l log fingerprint waits-req.pem
