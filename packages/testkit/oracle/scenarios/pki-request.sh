# ovs-pki req: files, modes, names, what the request holds
. "$ORACLE/pki.sh"
say pki req a
stat -c '%a %n' *.pem
masked <a-req.pem
openssl req -in a-req.pem -noout -verify -subject
openssl pkey -in a-privkey.pem -noout -check
head -1 a-privkey.pem
[ "$(openssl pkey -in a-privkey.pem -pubout)" = "$(openssl req -in a-req.pem -noout -pubkey)" ] && echo "key and request go together"
say pki req a
rm a-privkey.pem
say pki req a
before=$(sha1sum a-req.pem)
say pki --force req a
[ "$before" = "$(sha1sum a-req.pem)" ] || echo "the request is another"
say pki -u req 'with space'
masked <'with space-req.pem'
mkdir sub
say pki --unique -B 3072 req sub/b
masked <sub/b-req.pem
(umask 0; pki -u req open; stat -c '%a %n' open-*)
(umask 077; pki -u req closed; stat -c '%a %n' closed-*)
say pki -f -B 1024 -u req weak
openssl req -in weak-req.pem -noout -text | grep Public-Key
