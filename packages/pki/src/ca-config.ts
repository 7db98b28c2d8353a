import { absFile } from "@vswitch/core/lib";
import { errors } from "./errors.ts";

/** What becomes of a subject's field: as in the authority's own name, required, or taken when it is there. */
export type PolicyRule = "match" | "supplied" | "optional";

/** What an authority's ca.cnf says of how it certifies; openssl-ca(1) reads the same file. */
export interface CaConfig {
  /** Names of files, absolute. */
  readonly database: string;
  readonly serial: string;
  readonly certificate: string;
  readonly privateKey: string;
  readonly newCerts: string;
  /** How long a certificate is good, in days. */
  readonly days: number;
  /** "sha512" */
  readonly digest: string;
  /** Fields of a subject in the order in which certificates have them. */
  readonly policy: readonly { readonly field: string; readonly rule: PolicyRule }[];
  /** Extensions of the request that go into the certificate: none, those it lacks, or all. */
  readonly copyExtensions: "none" | "copy" | "copyall";
  /** Whether a subject may have one valid certificate only. */
  readonly uniqueSubject: boolean;
  readonly emailInName: boolean;
}

/**
 * The ca.cnf of a new authority, which openssl-ca(1) reads as well: the settings are the original's.
 * @param made text that tells this authority's name from those made at other times
 */
export const caConfigText = (
  authority: string,
  made: string,
): string => `# How this authority certifies: read by ovs-pki and by openssl-ca(1).
[ req ]
prompt = no
distinguished_name = req_distinguished_name

[ req_distinguished_name ]
C = US
ST = CA
L = Palo Alto
O = Open vSwitch
OU = ${authority}
CN = OVS ${authority} CA Certificate (${made})

[ ca ]
default_ca = the_ca

[ the_ca ]
dir = .
database = $dir/index.txt
new_certs_dir = $dir/newcerts
certificate = $dir/cacert.pem
serial = $dir/serial
private_key = $dir/private/cakey.pem
RANDFILE = $dir/private/.rand
default_days = 3650
default_crl_days = 30
default_md = sha512
policy = policy
email_in_dn = no
name_opt = ca_default
cert_opt = ca_default
copy_extensions = copy
unique_subject = no

# What of a request's subject is certified.
[ policy ]
countryName = optional
stateOrProvinceName = optional
organizationName = match
organizationalUnitName = optional
commonName = supplied
emailAddress = optional

[ ca_cert ]
basicConstraints = CA:true

[ usr_cert ]
basicConstraints = CA:false
`;

/** The sections of a configuration file of OpenSSL's, config(5): names, values with their $variables put in. */
export function readSections(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>([["default", new Map()]]);
  let current = "default";
  for (const line of text.replace(/\\\r?\n/g, "").split(/\r?\n/)) {
    const bare = line
      .replace(/^\s*#.*$/, "")
      .replace(/\s+#.*$|#.*$/, "")
      .trim();
    const header = /^\[\s*([^\]]*?)\s*\]$/.exec(bare);
    const [, name, value] = /^([^=\s]+)\s*=\s*(.*)$/.exec(bare) ?? [];
    if (header) {
      current = header[1] as string;
      if (!sections.has(current)) sections.set(current, new Map());
    } else if (name !== undefined && value !== undefined) {
      const here = sections.get(current) as Map<string, string>;
      const known = (key: string) => here.get(key) ?? sections.get("default")?.get(key) ?? "";
      here.set(
        name,
        value.replace(/^(["'])(.*)\1$/, "$2").replace(/\$\{?(\w+)\}?/g, (_, key: string) => known(key)),
      );
    }
  }
  return sections;
}

function policyOf(section: ReadonlyMap<string, string> | undefined, file: string): CaConfig["policy"] {
  if (!section?.size) throw errors.make("pki/ca-config", { file, what: "the policy's section is missing" });
  return [...section].map(([field, rule]) => {
    if (rule !== "match" && rule !== "supplied" && rule !== "optional") {
      throw errors.make("pki/ca-config", { file, what: `${field} = ${rule}: not match, supplied or optional` });
    }
    return { field, rule };
  });
}

/**
 * What a ca.cnf says. `attributes` is the text of the database's own index.txt.attr, which overrides unique_subject.
 * @throws SwitchError "pki/ca-config"
 */
export function readCaConfig(text: string, attributes: string, { dir, file }: { dir: string; file: string }): CaConfig {
  const sections = readSections(text);
  const name = sections.get("ca")?.get("default_ca") ?? "";
  const ca = sections.get(name);
  if (!ca) throw errors.make("pki/ca-config", { file, what: "default_ca names no section" });
  const need = (key: string): string => {
    const value = ca.get(key);
    if (!value) throw errors.make("pki/ca-config", { file, what: `${key} is missing` });
    return value;
  };
  const days = Number(need("default_days"));
  if (!(Number.isInteger(days) && days > 0))
    throw errors.make("pki/ca-config", { file, what: "default_days is no number" });
  const copy = ca.get("copy_extensions") ?? "none";
  if (copy !== "none" && copy !== "copy" && copy !== "copyall") {
    throw errors.make("pki/ca-config", { file, what: `copy_extensions = ${copy}: not none, copy or copyall` });
  }
  const unique = readSections(attributes).get("default")?.get("unique_subject") ?? ca.get("unique_subject") ?? "yes";
  return {
    database: absFile(dir, need("database")),
    serial: absFile(dir, need("serial")),
    certificate: absFile(dir, need("certificate")),
    privateKey: absFile(dir, need("private_key")),
    newCerts: absFile(dir, need("new_certs_dir")),
    days,
    digest: need("default_md").toLowerCase(),
    policy: policyOf(sections.get(need("policy")), file),
    copyExtensions: copy,
    uniqueSubject: unique !== "no",
    emailInName: (ca.get("email_in_dn") ?? "yes") !== "no",
  };
}
