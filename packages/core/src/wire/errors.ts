import { defineErrors } from "#lib";

/** What goes wrong between octets and values. */
export const wireErrors = defineErrors({
  "wire/truncated": {
    wire: "OFPBRC_BAD_LEN",
    message: (c: { need: number; have: number }) => `need ${c.need} octets, have ${c.have}`,
  },
  "wire/bad-choice": {
    wire: "OFPBRC_BAD_TYPE",
    message: (c: { value: number | string }) => `no meaning is known for ${c.value}`,
  },
});
