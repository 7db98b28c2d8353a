/** The parts of `text` between runs of `delimiters`, as C's strtok_r gives them. */
export function words(text: string, delimiters = ", "): string[] {
  const parts: string[] = [];
  let part = "";
  for (const c of text) {
    if (!delimiters.includes(c)) part += c;
    else if (part) {
      parts.push(part);
      part = "";
    }
  }
  if (part) parts.push(part);
  return parts;
}
