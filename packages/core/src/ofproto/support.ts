import type { DatapathFeatures } from "#datapath";
import { CT_STATES, type FieldName, type FlowMask, readField, WORD } from "#flow";
import { memberOrder } from "#jsonrpc";
import { type Action, ofError } from "#openflow";

/**
 * What the switches of a datapath may use of it, by the original's names: what the datapath can (boot time) and what of
 * that they were told to use (run time, `dpif/set-dp-features`). Flows that ask for more are refused.
 */

type Value = boolean | number;

interface SupportRow {
  readonly name: string;
  readonly title: string;
  readonly boot: (features: DatapathFeatures) => Value;
}

const row = (name: string, title: string, boot: SupportRow["boot"] = () => true): SupportRow => ({ name, title, boot });
const ct: SupportRow["boot"] = (features) => features.ct;

/** In the order that `dpif/show-dp-features` prints. */
const ROWS: readonly SupportRow[] = [
  row("masked_set_action", "Masked set action"),
  row("tnl_push_pop", "Tunnel push pop"),
  row("ufid", "Ufid"),
  row("trunc", "Truncate action"),
  row("clone", "Clone action", (features) => features.clone),
  row("sample_nesting", "Sample nesting", (features) => features.sampleNesting),
  row("ct_eventmask", "Conntrack eventmask"),
  row("ct_clear", "Conntrack clear"),
  row("max_hash_alg", "Max dp_hash algorithm", () => 1),
  row("check_pkt_len", "Check pkt length action", (features) => features.checkPktLen),
  row("ct_timeout", "Conntrack timeout policy"),
  row("explicit_drop_action", "Explicit Drop action", (features) => features.explicitDrop),
  row("lb_output_action", "Optimized Balance TCP mode"),
  row("ct_zero_snat", "Conntrack all-zero IP SNAT"),
  row("add_mpls", "MPLS Label add"),
  row("max_vlan_headers", "Max VLAN headers", (features) => features.maxVlanHeaders),
  row("max_mpls_depth", "Max MPLS depth", (features) => features.maxMplsDepth),
  row("recirc", "Recirc", (features) => features.recirculation),
  row("ct_state", "CT state", ct),
  row("ct_zone", "CT zone", ct),
  row("ct_mark", "CT mark", ct),
  row("ct_label", "CT label", ct),
  row("ct_state_nat", "CT state NAT", ct),
  row("ct_orig_tuple", "CT orig tuple", ct),
  row("ct_orig_tuple6", "CT orig tuple for IPv6", ct),
  row("nd_ext", "IPv6 ND Extension"),
];

/** In the order in which the original tries them and logs what it found, in its words. */
const PROBES: readonly (readonly [name: string, found: (value: Value | undefined) => string | false])[] = [
  ...probes({ recirc: "recirculation" }),
  ["max_vlan_headers", (tags) => `VLAN header stack length probed as ${tags}`],
  ["max_mpls_depth", (labels) => `MPLS label stack length probed as ${labels}`],
  ...probes({ trunc: "truncate action", ufid: "unique flow ids", clone: "clone action" }),
  ["sample_nesting", (levels) => `Max sample nesting level probed as ${levels}`],
  ...probes({ ct_eventmask: "eventmask in conntrack action", ct_clear: "ct_clear action" }),
  ["max_hash_alg", (algorithm) => `Max dp_hash algorithm probed to be ${algorithm}`],
  ...probes({
    check_pkt_len: "check_pkt_len action",
    ct_timeout: "timeout policy in conntrack action",
    ct_zero_snat: "ct_zero_snat",
    add_mpls: "add_mpls action",
    ct_state: "ct_state",
    ct_zone: "ct_zone",
    ct_mark: "ct_mark",
    ct_label: "ct_label",
    ct_state_nat: "ct_state_nat",
    ct_orig_tuple: "ct_orig_tuple",
    ct_orig_tuple6: "ct_orig_tuple6",
    nd_ext: "IPv6 ND Extensions",
  }),
];

function probes(texts: Readonly<Record<string, string>>): typeof PROBES {
  return Object.entries(texts).map(([name, what]) => [name, (is) => Boolean(is) && `Datapath supports ${what}`]);
}

/** Of one datapath. */
export class Support {
  readonly #boot: ReadonlyMap<string, Value>;
  readonly #run: Map<string, Value>;

  constructor(features: DatapathFeatures) {
    this.#boot = new Map(ROWS.map(({ name, boot }) => [name, boot(features)]));
    this.#run = new Map(this.#boot);
  }

  /** Whether flows may use it now. */
  has(name: string): boolean {
    return Boolean(this.#run.get(name));
  }

  /** What the datapath can: the answer to `dpif/show-dp-features`. */
  show(): string {
    const shown = (value: Value | undefined) => (typeof value === "boolean" ? (value ? "Yes" : "No") : String(value));
    return ROWS.map(({ name, title }) => `${title}: ${shown(this.#boot.get(name))}\n`).join("");
  }

  /** What the datapath can, as the log tells it when a datapath is opened. */
  found(): string[] {
    return PROBES.flatMap(([name, found]) => found(this.#boot.get(name)) || []);
  }

  /** One of them as it is now, or all. @returns undefined when there is none of that name */
  tell(wanted?: string): string | undefined {
    const titles = new Map(ROWS.map(({ name, title }) => [name, title]));
    const names = memberOrder([...titles.keys()]).filter((name) => wanted === undefined || name === wanted);
    if (names.length === 0) return undefined;
    return names
      .map((name) => {
        const [run, boot] = [this.#run.get(name), this.#boot.get(name)];
        return `${name} (${titles.get(name)}) : [run time]:${run}, [boot time]:${boot}\n`;
      })
      .join("");
  }

  /** Sets what is used from now on. @returns what is wrong with it, if anything is */
  set(name: string, text: string): string | undefined {
    const boot = this.#boot.get(name);
    if (boot === undefined) return "Unexpected support field";
    const value = typeof boot === "boolean" ? readBoolean(text) : readNumber(text);
    if (value === undefined) return typeof boot === "boolean" ? "Boolean value expected" : "Integer number expected";
    if (Number(value) > Number(boot)) return "Can not set value beyond the datapath capability";
    this.#run.set(name, value);
    return undefined;
  }
}

function readBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return word === "true" ? true : word === "false" ? false : undefined;
}
const readNumber = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);

const NAT_STATES = 0xc0;

/** Fields of connections that a match can ask about, with what they need. */
const FIELDS: readonly (readonly [needs: string, fields: readonly FieldName[]])[] = [
  ["ct_zone", ["ct_zone"]],
  ["ct_mark", ["ct_mark"]],
  ["ct_label", ["ct_label"]],
  ["ct_orig_tuple", ["ct_nw_src", "ct_nw_dst"]],
  ["ct_orig_tuple6", ["ct_ipv6_src", "ct_ipv6_dst"]],
];

/** @throws NXBMC_CT_DATAPATH_SUPPORT for a match on what may not be used of connections */
export function checkMatchSupport(support: Support, mask: FlowMask): void {
  const states = (mask[WORD.ctState] as number) & CT_STATES.all;
  const lacks =
    (states !== 0 && !support.has("ct_state")) ||
    ((states & NAT_STATES) !== 0 && !support.has("ct_state_nat")) ||
    FIELDS.some(([needs, fields]) => !support.has(needs) && fields.some((field) => readField(mask, field) !== 0n));
  if (lacks) throw ofError("NXBMC_CT_DATAPATH_SUPPORT");
}

/** @throws NXBAC_CT_DATAPATH_SUPPORT for a ct action that does what may not be used */
export function checkCtSupport(support: Support, action: Extract<Action, { type: "ct" }>): void {
  const sets = (field: FieldName) => action.exec.some((inner) => inner.type === "set_field" && inner.field === field);
  const lacks =
    !support.has("ct_state") ||
    (action.zone !== 0 && !support.has("ct_zone")) ||
    (action.nat !== undefined && !support.has("ct_state_nat")) ||
    (sets("ct_mark") && !support.has("ct_mark")) ||
    (sets("ct_label") && !support.has("ct_label"));
  if (lacks) throw ofError("NXBAC_CT_DATAPATH_SUPPORT");
}
