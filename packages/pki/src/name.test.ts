import { describe, expect, it } from "vitest";
import { element, elements, oid, oidText, TAG } from "./der.ts";
import { attribute, nameLine, nameList, nameText, readName, writeName } from "./name.ts";

/** The subject of a request that the original's ovs-pki made (3.1, `-u req s`). */
const SUBJECT = Buffer.from(
  "3072310b3009060355040613025553310b300906035504080c0243413112301006035504070c0950616c6f20416c746f31153013060355040a" +
    "0c0c4f70656e2076537769746368311f301d060355040b0c164f70656e20765377697463682063657274696669657231" +
    "0a300806035504030c0173",
  "hex",
);
const PARTS = [
  attribute("C", "US"),
  attribute("ST", "CA"),
  attribute("L", "Palo Alto"),
  attribute("O", "Open vSwitch"),
  attribute("OU", "Open vSwitch certifier"),
  attribute("CN", "s"),
];

describe("distinguished names", () => {
  it("are encoded as OpenSSL encodes them, and read back", () => {
    expect(Buffer.from(writeName(PARTS)).toString("hex")).toBe(SUBJECT.toString("hex"));
    expect(nameText(readName(SUBJECT))).toBe(
      "C = US, ST = CA, L = Palo Alto, O = Open vSwitch, OU = Open vSwitch certifier, CN = s",
    );
    expect(Buffer.from(writeName(readName(SUBJECT)))).toEqual(SUBJECT);
  });

  it("keep sets of several attributes together", () => {
    const name = [attribute("O", "A"), { ...attribute("OU", "B"), joined: true }, attribute("CN", "c")];
    expect(nameText(readName(writeName(name)))).toBe("O = A + OU = B, CN = c");
  });

  // as `openssl x509 -text` and `openssl ca` print them
  it.each([
    ["plain", "plain", "plain"],
    ['x, "y" \\ z', '"x, \\"y\\" \\\\ z"', 'x, "y" \\ z'],
    ["#1", '"#1"', "#1"],
    ["trailing ", '"trailing "', "trailing "],
    ["Grüße", "Gr\\C3\\BC\\C3\\9Fe", "Gr\\xC3\\xBC\\xC3\\x9Fe"],
  ])("print %j", (value, quoted, bare) => {
    const name = [attribute("CN", value)];
    expect(nameText(name)).toBe(`CN = ${quoted}`);
    expect(nameLine(name)).toBe(`/CN=${bare}`);
    expect(nameList(name)).toBe(`CN=${bare}`);
  });

  it("leave longer words behind their slash in a list", () => {
    expect(nameList([attribute("CN", "a"), attribute("emailAddress", "b"), attribute("OU", "c")])).toBe(
      "CN=a/emailAddress=b, OU=c",
    );
  });

  it("that are cut short are no names", () => {
    for (let length = 1; length < SUBJECT.length; length++) {
      expect(() => readName(SUBJECT.subarray(0, length)), `${length} octets`).toThrow(RangeError);
    }
  });
});

describe("distinguished encoding", () => {
  it.each([
    ["2.5.4.3", "0603550403"],
    ["1.2.840.113549.1.9.14", "06092a864886f70d01090e"],
    ["0.9.2342.19200300.100.1.25", "060a0992268993f22c640119"],
  ])("object identifier %s", (text, hex) => {
    expect(Buffer.from(oid(text)).toString("hex")).toBe(hex);
    expect(oidText(elements(oid(text))[0]?.content ?? new Uint8Array())).toBe(text);
  });

  it.each([0, 1, 127, 128, 255, 256, 65536])("lengths: %d octets", (length) => {
    const one = element(TAG.octetString, Buffer.alloc(length, 0xa5));
    expect(elements(one)).toMatchObject([{ tag: TAG.octetString, content: { length } }]);
  });

  it("refuses indefinite and overlong lengths", () => {
    for (const hex of ["3080", "30", "3001", "308200", "30ffffffffffffffff"]) {
      expect(() => elements(Buffer.from(hex, "hex")), hex).toThrow(RangeError);
    }
  });
});
