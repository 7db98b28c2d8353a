import { describe, expect, it } from "vitest";
import { toHex } from "#lib";
import { Reader, Writer } from "#wire";
import type { Version } from "../message.ts";
import { formatActions, parseActions } from "../text/index.ts";
import { readActions, writeActions } from "./list.ts";

/** What a text becomes that goes over the wire of OpenFlow 1.0, 1.3 and 1.5: as the reference shows it then. */
const CASES: readonly (readonly [text: string, of10: string, of13: string, of15: string])[] = [
  ["load:2->NXM_OF_ARP_OP[]", "load:0x2->NXM_OF_ARP_OP[]", "load:0x2->NXM_OF_ARP_OP[]", "set_field:2->arp_op"],
  ["set_field:2->arp_op", "load:0x2->NXM_OF_ARP_OP[]", "set_field:2->arp_op", "set_field:2->arp_op"],
  [
    "load:2->NXM_OF_ARP_OP[0..7]",
    "load:0x2->NXM_OF_ARP_OP[0..7]",
    "load:0x2->NXM_OF_ARP_OP[0..7]",
    "set_field:2/0xff->arp_op",
  ],
  ["load:2->NXM_OF_IN_PORT[]", "load:0x2->NXM_OF_IN_PORT[]", "load:0x2->NXM_OF_IN_PORT[]", "set_field:2->in_port"],
  ["set_field:2->in_port", "load:0x2->NXM_OF_IN_PORT[]", "set_field:2->in_port", "set_field:2->in_port"],
  [
    "load:0xfff8->NXM_OF_IN_PORT[]",
    "load:0xfff8->NXM_OF_IN_PORT[]",
    "load:0xfff8->NXM_OF_IN_PORT[]",
    "set_field:IN_PORT->in_port",
  ],
  [
    "load:7->NXM_OF_IN_PORT[0..7]",
    "load:0x7->NXM_OF_IN_PORT[0..7]",
    "load:0x7->NXM_OF_IN_PORT[0..7]",
    "set_field:7/0xff->in_port",
  ],
  ["load:0x10->NXM_OF_IP_TOS[]", "load:0x10->NXM_OF_IP_TOS[]", "load:0x10->NXM_OF_IP_TOS[]", "set_field:16->nw_tos"],
  [
    "load:4->NXM_OF_IP_TOS[2..7]",
    "load:0x4->NXM_OF_IP_TOS[2..7]",
    "load:0x4->NXM_OF_IP_TOS[2..7]",
    "set_field:16/0xfc->nw_tos",
  ],
  ["load:5->OXM_OF_IP_DSCP[]", "load:0x5->OXM_OF_IP_DSCP[]", "load:0x5->OXM_OF_IP_DSCP[]", "set_field:5/0x3f->ip_dscp"],
  ["load:1->NXM_NX_IP_ECN[]", "load:0x1->NXM_NX_IP_ECN[]", "load:0x1->NXM_NX_IP_ECN[]", "set_field:1/0x3->nw_ecn"],
  [
    "load:8->NXM_OF_ICMP_TYPE[]",
    "load:0x8->NXM_OF_ICMP_TYPE[]",
    "load:0x8->NXM_OF_ICMP_TYPE[]",
    "set_field:8->icmp_type",
  ],
];

const overTheWire = (text: string, version: Version): string => {
  const w = new Writer();
  writeActions(w, parseActions(text).actions, version);
  return formatActions(readActions(new Reader(w.slice(0)), version));
};

describe("a field's width in an action is that of the wire", () => {
  it.each(CASES)("%s", (text, of10, of13, of15) => {
    expect([overTheWire(text, 1), overTheWire(text, 4), overTheWire(text, 6)]).toEqual([of10, of13, of15]);
  });
});

it("sends a load of all of arp_op as a whole field, whose value the reader then judges", () => {
  const w = new Writer();
  writeActions(w, parseActions("load:0x300->NXM_OF_ARP_OP[]").actions, 6);
  expect(toHex(w.slice(0))).toBe("0019001080002a020300000000000000");
  expect(() => readActions(new Reader(w.slice(0)), 6)).toThrow("OFPBAC_BAD_SET_ARGUMENT");
});
