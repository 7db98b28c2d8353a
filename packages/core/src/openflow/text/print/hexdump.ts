/** Octets in rows of sixteen with their place and their letters, as the original's dumps show them. */
export function hexDump(octets: Uint8Array, base = 0): string {
  let text = "";
  for (let at = 0; at < octets.length; at += 16) {
    let row = (base + at).toString(16).padStart(8, "0");
    row += " ";
    for (let i = 0; i < 16; i++) {
      const octet = octets[at + i];
      const separator = i === 8 && at + i <= octets.length ? "-" : " ";
      row += separator + (octet === undefined ? "  " : octet.toString(16).padStart(2, "0"));
    }
    row += " |";
    for (let i = 0; i < 16; i++) {
      const octet = octets[at + i];
      row += octet === undefined ? " " : octet >= 32 && octet < 127 ? String.fromCharCode(octet) : ".";
    }
    text += `${row}|\n`;
  }
  return text;
}
