# What the scenarios on ovs-pki share: sourced by them.

# pki ARGUMENT...: ovs-pki with a log of its own, what differs between two runs taken out of what it says.
pki() {
  ovs-pki --log=pki.log "$@" 2>&1 | masked
  return "${PIPESTATUS[0]}"
}
# say COMMAND...: the command line, its output, its exit status.
say() {
  echo "\$ $*"
  "$@" 2>&1
  echo "-> $?"
}
# masked: text without dates, keys, signatures, identifiers and encodings.
masked() {
  sed -E \
    -e 's|[^ :]*/ovs-pki|ovs-pki|g' \
    -e 's/[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} [A-Z]+ [0-9]{4}/DATE/' \
    -e 's/[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} [0-9]{4} GMT/DATE/' \
    -e 's/\([0-9]{4} [A-Z][a-z]{2} [0-9]{2} [0-9:]{8}\)/(DATE)/g' \
    -e 's/\b[0-9]{12}Z/TIME/' \
    -e 's/fingerprint [0-9a-f]{40}$/fingerprint of the octets/' \
    -e 's/fingerprint [0-9A-F]{40}$/fingerprint of the certificate/' \
    -e 's/([0-9A-F]{2}:){19}[0-9A-F]{2}/IDENTIFIER/' \
    -e 's/^( +)([0-9a-f]{2}:)+([0-9a-f]{2})?$/\1HEX/' \
    -e '/^[0-9A-F]+:error:/d' \
    -e '/^-----BEGIN/,/^-----END/{/^-----/!d}' |
    uniq
}
# book FOLDER: all that an authority's directory holds, and how its books stand.
book() {
  (cd "$1" && find . -type f | sort | grep -v -e cakey -e '\.rand$')
  for file in serial serial.old crlnumber index.txt index.txt.old index.txt.attr; do
    echo "$file: $(masked <"$1/$file")"
  done
}
