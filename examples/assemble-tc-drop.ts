// An eBPF program for TC that drops frames too short for an Ethernet header and passes the rest on.
import assert from "node:assert/strict";
import { addImm, assemble, exit, jgt, label, ldxW, movImm, movReg, r0, r1, r2, r3 } from "@vswitch/ebpf";

const dropShort = assemble(
  ldxW(r2, r1, 80), // end of the frame (struct __sk_buff, data_end)
  ldxW(r1, r1, 76), // its beginning (data)
  movReg(r3, r1),
  addImm(r3, 14), // one Ethernet header
  jgt(r3, r2, "short"),
  movImm(r0, -1), // TCX_NEXT
  exit(),
  label("short"),
  movImm(r0, 2), // TCX_DROP
  exit(),
);
assert.equal(dropShort.length, 9 * 8);
console.log(`${dropShort.length / 8} instructions: ${Buffer.from(dropShort).toString("hex")}`);
