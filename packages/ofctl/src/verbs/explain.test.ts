import { hex } from "@vswitch/core/lib";
import { expect, it } from "vitest";
import { explainMessage } from "./explain.ts";

// OFPT_ECHO_REQUEST, OFPT_SET_CONFIG and a cut OFPT_PORT_MOD, written by hand after OpenFlow 1.3.5.
it.each([
  [
    "a message and what it says",
    "0409000c 00000005 0001 ffff",
    true,
    `OFPT_SET_CONFIG (OF1.3) (xid=0x5): frags=drop miss_send_len=65535
0000  04                       version: 4
0001  09                       type: 9
0002  00 0c                    length: 12
0004  00 00 00 05              xid: 5
0008  00 01                    flags: 1
000a  ff ff                    miss_send_len: 65535
`,
  ],
  [
    "what is cut off",
    "0410000e 00000005 00000001 0000",
    false,
    `OFPT_PORT_MOD (OF1.3) (xid=0x5): ***decode error: OFPBRC_BAD_LEN***
0000  04                       version: 4
0001  10                       type: 16
0002  00 0e                    length: 14
0004  00 00 00 05              xid: 5
0008  00 00 00 01              port: 1
****                           *** OFPBRC_BAD_LEN (need 4 octets, have 2)
000c  00 00                    not read
`,
  ],
  [
    "less than a header",
    "0410",
    false,
    `OpenFlow packet too short (only 2 bytes):
****                           *** OFPBRC_BAD_LEN (message of 2 octets)
0000  04 10                    not read
`,
  ],
])("explains %s", (_what, digits, isSound, text) => {
  expect(explainMessage(hex(digits), 2)).toEqual({ text, isSound });
});
