# ovs-pki's command line: letters, long options by their first letters, wrong values and arguments, --help
. "$ORACLE/pki.sh"
say pki --version
say pki -V extra
say pki
say pki ''
say pki nosuch
say pki nosuch --force
say pki -x
say pki --nosuch
say pki --force=yes init
say pki --version=3
say pki -dx init
say pki -- -x
say pki req -- a b c
say pki req a b c -x
for option in -k --key -d --dir -B --bits -D --dsaparam -l --log; do say pki init $option; done
say pki -k foo init
say pki --key=foo nosuch
say pki -B 1023 init
say pki --bits=1023 nosuch
say pki --bi=7 --kind=rsa init
for command in req sign req+sign verify fingerprint self-sign; do
  say pki $command
  say pki $command ''
done
for command in req fingerprint self-sign; do say pki $command a b; done
say pki verify nosuch
touch a-cert.pem file
say pki verify a router
say pki -d nowhere verify a
say pki -d file verify a switch
say pki -d nowhere req+sign a
say pki -d nowhere req+sign a router
say pki self-sign nosuch
say pki --dir=elsewhere --help
say pki -h nosuch -x
say pki -x -h
say ovs-pki -l /proc/nowhere/log nosuch 2>&1 | masked
ovs-pki --log=made/log fingerprint file >/dev/null
stat -c '%a %n' made made/log
