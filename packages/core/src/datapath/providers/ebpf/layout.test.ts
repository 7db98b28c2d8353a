import { expect, it } from "vitest";
import { extract, newKey, newMask, PACKET_WORDS, WORD } from "#flow";
import { hex } from "#lib";
import { PACKETS } from "../../compliance-cases.ts";
import { flowKey, kernelKey } from "./layout.ts";

/** A key as user space extracts it of a packet, and a mask of all that kernel keys can have. */
function flowOf(packet: string) {
  const key = newKey();
  const frame = hex(packet.replaceAll(" ", ""));
  extract(frame, 0, frame.length, key);
  const mask = newMask().fill(0xffffffff, 0, PACKET_WORDS);
  mask.fill(0, WORD.ndTarget, WORD.ndOptionsType + 1);
  if (key[WORD.ethType] === 0x86dd) mask.fill(0, WORD.arpSha, WORD.arpSha + 4);
  return { key, mask };
}

it.each(Object.entries(PACKETS))("a flow of %s is found again in the kernel as it was put there", (_, packet) => {
  const { key, mask } = flowOf(packet);
  const put = kernelKey(key, mask);
  if (!put) return expect(key[WORD.vlan1] !== 0 || key[WORD.mpls0] !== 0).toBe(true);
  const found = flowKey(put.key, put.mask);
  expect(found.key).toEqual(key.map((word, i) => word & (mask[i] as number)));
  expect(kernelKey(found.key, mask)).toEqual(put);
  // what the mask of the flow asks for is known of each packet that it takes
  for (let i = 0; i < mask.length; i++) expect((mask[i] as number) & ~(found.mask[i] as number)).toBe(0);
});

it("a flow of ICMPv6 does not know what neighbour discovery says", () => {
  const { key, mask } = flowOf(PACKETS.udp6 ?? "");
  key[WORD.ip] = ((58 << 24) | ((key[WORD.ip] as number) & 0xffffff)) >>> 0;
  const put = kernelKey(key, mask);
  expect(put && flowKey(put.key, put.mask).mask[WORD.ndTarget]).toBe(0);
});
