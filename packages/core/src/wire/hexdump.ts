const hex2 = (n: number) => n.toString(16).padStart(2, "0");

/**
 * Octets in lines of 16 with their offset and, if `ascii`, their printable characters, as Open vSwitch prints them:
 * `00000000  01 02 03 …-08 … |........|`.
 */
export function hexdump(octets: Uint8Array, ascii = true, offset = 0): string {
  let text = "";
  for (let at = 0; at < octets.length; ) {
    const address = offset + at;
    const start = address % 16;
    const line = address - start;
    const n = Math.min(16 - start, octets.length - at);
    text += `${line.toString(16).padStart(8, "0")}  `;
    for (let i = 0; i < 16; i++) {
      const inside = i >= start && i < start + n;
      if (inside) text += `${hex2(octets[at + i - start] as number)}${i === 7 ? "-" : " "}`;
      else if (ascii) text += "   ";
    }
    if (ascii) {
      text += "|";
      for (let i = 0; i < 16; i++) {
        const inside = i >= start && i < start + n;
        const c = inside ? (octets[at + i - start] as number) : 0x20;
        text += c >= 0x20 && c < 0x7f ? String.fromCharCode(c) : ".";
      }
      text += "|";
    } else text = text.trimEnd();
    text += "\n";
    at += n;
  }
  return text;
}
