/** encap(…) and decap(…) (ovs-actions(7), "Encapsulation Actions"; NSH of RFC 8300). */
import { nextPair, pairs } from "#flow";
import { textError } from "../errors.ts";
import { sharpHex, u8, u16 } from "../numbers.ts";
import { PROTOCOLS } from "../protocols.ts";
import type { ActionOf, ActionRows, ParseState } from "./row.ts";

type Prop = ActionOf<"encap">["props"][number];

/** Packet types by the names that encap takes. */
const HEADERS: Readonly<Record<string, number>> = {
  ethernet: 0,
  nsh: 0x1894f,
  mpls: 0x18847,
  mpls_mc: 0x18848,
};
/** Classes of encapsulation properties, and the types in that of NSH. */
const CLASS_NSH = 4;
const NSH_MD_TYPE = 1;
const NSH_TLV = 2;

/** `tlv(CLASS,TYPE,0xDATA)`: class (2 octets), type, length, data. */
function parseTlv(text: string): Prop {
  const found = /^\s*(?:0x([\da-f]+)|(\d+)),\s*(?:0x([\da-f]+)|(\d+)),\s*0x([\da-f]*)/i.exec(text);
  if (!found) throw textError(`Invalid NSH TLV header: ${text}`);
  const number = (hex: string | undefined, decimal: string | undefined) =>
    hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  const digits = found[5] ?? "";
  const data = Uint8Array.from((digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
  const tlvClass = number(found[1], found[2]);
  const value = Uint8Array.of(
    (tlvClass >> 8) & 255,
    tlvClass & 255,
    number(found[3], found[4]) & 255,
    data.length,
    ...data,
  );
  return { class: CLASS_NSH, type: NSH_TLV, value };
}

function parseProp(key: string, value: string, header: number): Prop {
  if (header !== HEADERS["nsh"]) throw textError(`Invalid property: ${key}`);
  if (key === "md_type") {
    if (!value) throw textError("Value missing for encap property");
    const type = u8(value, "md_type");
    if (type !== 1 && type !== 2) throw textError("invalid md_type");
    return { class: CLASS_NSH, type: NSH_MD_TYPE, value: Uint8Array.of(type) };
  }
  if (key === "tlv") {
    if (!value) throw textError("Value missing for encap property");
    return parseTlv(value);
  }
  throw textError(`Invalid property: ${key}`);
}

function parseEncap(text: string, state: ParseState): void {
  state.usable &= PROTOCOLS.of13Up;
  const pair = nextPair(text);
  // The original names nothing in these two faults.
  if (!pair) throw textError("Missing encap hdr: ");
  const packetType = Object.hasOwn(HEADERS, pair.key) ? HEADERS[pair.key] : undefined;
  if (packetType === undefined) throw textError("Encap hdr not supported: ");
  const props = pairs(pair.value).map(({ key, value }) => parseProp(key, value, packetType));
  state.out.push({ type: "encap", packetType, props });
}

function formatProp({ type, value }: Prop): string {
  if (type === NSH_MD_TYPE) return `md_type=${value[0] ?? 0}`;
  const tlvClass = ((value[0] ?? 0) << 8) | (value[1] ?? 0);
  const data = [...value.subarray(4, 4 + (value[3] ?? 0))].map((o) => o.toString(16).padStart(2, "0")).join("");
  return `tlv(0x${tlvClass.toString(16).padStart(4, "0")},${value[2] ?? 0},${data ? `0x${data}` : "0"})`;
}

function formatEncap({ packetType, props }: ActionOf<"encap">): string {
  const name = Object.keys(HEADERS).find((key) => HEADERS[key] === packetType) ?? sharpHex(packetType);
  return `encap(${name}${props.length ? `(${props.map(formatProp).join(",")})` : ""})`;
}

function parseDecap(text: string, { out }: ParseState): void {
  const pair = nextPair(text);
  if (!pair) {
    out.push({ type: "decap" });
    return;
  }
  if (pair.key !== "packet_type") throw textError(`Invalid decap argument: ${pair.key}`);
  const [first, second] = pairs(pair.value);
  if (first?.key !== "ns") throw textError("Missing packet_type attribute ns");
  const ns = u16(first.value, "ns");
  if (second?.key !== "type") throw textError("Missing packet_type attribute type");
  out.push({ type: "decap", packetType: ns * 0x10000 + u16(second.value, "type") });
}

/** Text of encap and decap (ovs-actions(7)). */
export const ENCAP_ROWS: ActionRows<"encap" | "decap"> = {
  encap: { names: { encap: parseEncap }, format: formatEncap },
  decap: {
    names: { decap: parseDecap },
    format: ({ packetType }) => {
      if (packetType === undefined) return "decap()";
      return `decap(packet_type(ns=${packetType >>> 16},type=${sharpHex(packetType & 0xffff)}))`;
    },
  },
};
