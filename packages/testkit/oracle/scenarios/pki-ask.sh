# ovs-pki sign asks a person to compare the fingerprint
. "$ORACLE/pki.sh"
pki -d pki init
pki req a >/dev/null
answer() {
  echo "answer: $(printf '%s' "$1" | tr '\n' '/')"
  printf '%s' "$1" | pki -d pki sign a
  echo "-> $?"
  [ ! -e a-cert.pem ] || { echo "signed"; rm a-cert.pem; }
}
answer $'no\n'
answer ''
answer $'\n'
answer $'y\n'
answer $'YES\n'
answer $'yes, it does\n'
answer $'  yes \n'
answer $'yes\n'
answer 'yes'
answer $'yes\nno\n'
answer $'no\nyes\n'
{ echo yes; echo rest; } | { pki -d pki sign a; cat; }
book pki/switchca
