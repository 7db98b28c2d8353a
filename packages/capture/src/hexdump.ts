/** A line of `tcpdump -xx`: offset, two spaces, groups of two octets; what follows two spaces is text. */
const LINE = /^\s+0x([0-9a-f]+): {2}((?:[0-9a-f]{4} )*(?:[0-9a-f]{2}(?:[0-9a-f]{2})?)?)(?:\s|$)/i;

/** The packets that a print of `tcpdump -xx` shows, each as hexadecimal digits. */
export function packetsOfDump(text: string): string[] {
  const packets: string[] = [];
  let digits = "";
  for (const line of text.split("\n")) {
    const [, offset, groups = ""] = LINE.exec(line) ?? [];
    if (offset === undefined) continue;
    if (Number.parseInt(offset, 16) === 0 && digits) {
      packets.push(digits);
      digits = "";
    }
    digits += groups.replaceAll(" ", "").toLowerCase();
  }
  if (digits) packets.push(digits);
  return packets;
}
