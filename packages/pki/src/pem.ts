/** "-----BEGIN LABEL-----" and so on (RFC 7468 §2), 64 characters a line. */
export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** The octets of the first block with one of these labels, whatever text stands around it. */
export function fromPem(text: string, labels: readonly string[]): Uint8Array | undefined {
  const block = new RegExp(`-----BEGIN (${labels.join("|")})-----\\r?\\n([A-Za-z0-9+/=\\s]+)-----END \\1-----`).exec(
    text,
  );
  return block?.[2] === undefined ? undefined : Buffer.from(block[2], "base64");
}

/** How requests are labelled: ours, and the word of older tools. */
export const REQUEST = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"] as const;
/** How certificates are labelled: ours, and the words of older tools. */
export const CERTIFICATE = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"] as const;
