import { describe, expect, it } from "vitest";
import { admitted, indexTime } from "./authority.ts";
import { caConfigText, readCaConfig, readSections } from "./ca-config.ts";
import { attribute, nameText } from "./name.ts";

const where = { dir: "/pki/switchca", file: "ca.cnf" };
const text = caConfigText("switchca", "2026 Nov 24 12:17:52");

describe("ca.cnf", () => {
  it("of a new authority", () => {
    expect(readCaConfig(text, "", where)).toEqual({
      database: "/pki/switchca/./index.txt",
      serial: "/pki/switchca/./serial",
      certificate: "/pki/switchca/./cacert.pem",
      privateKey: "/pki/switchca/./private/cakey.pem",
      newCerts: "/pki/switchca/./newcerts",
      days: 3650,
      digest: "sha512",
      policy: [
        { field: "countryName", rule: "optional" },
        { field: "stateOrProvinceName", rule: "optional" },
        { field: "organizationName", rule: "match" },
        { field: "organizationalUnitName", rule: "optional" },
        { field: "commonName", rule: "supplied" },
        { field: "emailAddress", rule: "optional" },
      ],
      copyExtensions: "copy",
      uniqueSubject: false,
      emailInName: false,
    });
    expect(readSections(text).get("req_distinguished_name")?.get("CN")).toBe(
      "OVS switchca CA Certificate (2026 Nov 24 12:17:52)",
    );
  });

  it("takes comments, quotes, variables and continued lines as OpenSSL does", () => {
    const sections = readSections('a = 1\n[ s ]\nb=$a/2 # why\nc = "x y"\n# d = 3\ne = $b\\\n/4\nf = $nosuch.\n');
    expect(Object.fromEntries(sections.get("s") ?? [])).toEqual({ b: "1/2", c: "x y", e: "1/2/4", f: "." });
  });

  it("is overruled by the database's own attributes", () => {
    expect(readCaConfig(text, "unique_subject = yes\n", where).uniqueSubject).toBe(true);
  });

  it.each([
    ["default_ca = the_ca", "default_ca = other", "default_ca names no section"],
    ["default_days = 3650", "default_days = soon", "default_days is no number"],
    [
      "organizationName = match",
      "organizationName = maybe",
      "organizationName = maybe: not match, supplied or optional",
    ],
    ["copy_extensions = copy", "copy_extensions = some", "copy_extensions = some: not none, copy or copyall"],
    ["policy = policy", "policy = none", "the policy's section is missing"],
    ["serial = $dir/serial", "", "serial is missing"],
  ])("%s -> %s", (old, broken, what) => {
    expect(() => readCaConfig(text.replace(old, broken), "", where)).toThrow(`ca.cnf: ${what}`);
  });
});

describe("policy", () => {
  const own = [attribute("C", "US"), attribute("O", "Open vSwitch"), attribute("CN", "authority")];
  const ca = readCaConfig(text, "", where);
  const admit = (...asked: [string, string][]) =>
    nameText(
      admitted(
        asked.map(([word, value]) => attribute(word, value)),
        own,
        ca,
        "x-req.pem",
      ),
    );

  it("orders, and drops what it does not name", () => {
    expect(
      admit(["CN", "x"], ["L", "Town"], ["OU", "b"], ["OU", "a"], ["emailAddress", "m"], ["O", "Open vSwitch"]),
    ).toBe("O = Open vSwitch, OU = b, OU = a, CN = x");
  });
  it("refuses another organization, none, and no name", () => {
    expect(() => admit(["O", "Else"], ["CN", "x"])).toThrow(
      'organizationName is "Else", but the authority\'s is "Open vSwitch"',
    );
    expect(() => admit(["CN", "x"])).toThrow("x-req.pem lacks the organizationName");
    expect(() => admit(["O", "Open vSwitch"])).toThrow("x-req.pem lacks the commonName");
  });
});

it.each([
  ["2036-11-21T12:17:53Z", "361121121753Z"],
  ["2049-12-31T23:59:59Z", "491231235959Z"],
  ["2050-01-01T00:00:00Z", "20500101000000Z"],
])("index.txt has %s as %s", (date, shown) => expect(indexTime(new Date(date))).toBe(shown));
