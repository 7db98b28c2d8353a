import { defineErrors } from "#lib";

/** What can be wrong with a match in text; the lines are those of Open vSwitch. */
export const flowErrors = defineErrors({
  "flow/integer-syntax": {
    message: (c: { text: string; field: string }) => `${c.text}: bad syntax for ${c.field} value`,
  },
  "flow/integer-mask-syntax": {
    message: (c: { text: string; field: string }) => `${c.text}: bad syntax for ${c.field} mask`,
  },
  "flow/integer-range": {
    message: (c: { text: string; field: string; octets: number }) =>
      `${c.text}: value too large for ${c.octets}-byte field ${c.field}`,
  },
  "flow/integer-mask-range": {
    message: (c: { text: string; field: string; octets: number }) =>
      `${c.text}: mask too large for ${c.octets}-byte field ${c.field}`,
  },
  "flow/mask": { message: (c: { text: string; field: string }) => `${c.text}: invalid mask for field ${c.field}` },
  "flow/mac": { message: (c: { text: string }) => `${c.text}: invalid Ethernet address` },
  "flow/ipv4": { message: (c: { text: string }) => `${c.text}: invalid IP address` },
  "flow/ipv6": { message: (c: { text: string }) => `${c.text}: invalid IPv6 address` },
  "flow/ipv4-prefix": {
    message: (c: { text: string }) => `${c.text}: IPv4 network prefix bits not between 0 and 32, inclusive`,
  },
  "flow/ipv6-prefix": {
    message: (c: { text: string }) => `${c.text}: IPv6 network prefix bits not between 0 and 128, inclusive`,
  },
  "flow/ipv6-mask": { message: (c: { text: string }) => `${c.text}: Invalid IPv6 mask` },
  "flow/port-range": {
    message: (c: { text: string; field: string }) => `${c.text}: port value out of range for ${c.field}`,
  },
  "flow/port": {
    message: (c: { text: string; field: string }) => `${c.text}: invalid or unknown port for ${c.field}`,
  },
  "flow/fragment": {
    message: (c: { text: string }) =>
      `${c.text}: unknown fragment type (valid types are "no", "yes", "first", "later", "not_later"`,
  },
  "flow/unknown-flag": { message: (c: { text: string; kind: string }) => `${c.text}: unknown ${c.kind} flag(s)` },
  "flow/repeated-flag": {
    message: (c: { text: string; kind: string }) => `${c.text}: Each ${c.kind} flag can be specified only once`,
  },
  "flow/packet-type": {
    message: (c: { text: string; problem: string }) => `${c.text}: bad syntax for packet type ${c.problem}`,
  },
  "flow/unknown-keyword": { message: (c: { key: string }) => `unknown keyword ${c.key}` },
  "flow/long-option": {
    message: ({ key }: { key: string }) =>
      `${key}: values of tunnel options longer than 4 octets are not supported yet`,
  },
  "flow/missing-value": { message: (c: { key: string }) => `field ${c.key} missing value` },
  "flow/exact-syntax": { message: (c: { text: string; problem: string }) => `${c.text}: ${c.problem}` },
});
