import { readField, WORD } from "#flow";
import { parseMac } from "#packet";
import type { DatapathAction, FieldWrite, NatSpec, SlowReason, UserspaceCookie } from "../action.ts";
import { ATTRIBUTES, isAttributeName } from "./attribute.ts";
import { textErrors } from "./errors.ts";
import { type DpPortNumbers, parseDatapathFlow } from "./parse-flow.ts";
import { type Item, items, number } from "./scan.ts";

/** Undefined: the text is not such an action. */
type Read = (body: string, ports: DpPortNumbers | undefined) => DatapathAction | undefined;

/**
 * Reads datapath actions as `dpctl/add-flow` takes them: `1,push_vlan(vid=5,pcp=0),2`; empty is none.
 *
 * @throws datapath/actions-syntax at the first that makes no sense
 */
export function parseActions(text: string, ports?: DpPortNumbers): DatapathAction[] {
  if (text.trim() === "drop") return [{ type: "drop", reason: 0 }];
  if (text.trim() === "") return [];
  const { list, bad } = items(text);
  const actions = list.map((item) => {
    const action = readAction(item, ports);
    if (!action) throw textErrors.make("datapath/actions-syntax", { rest: item.rest });
    return action;
  });
  if (bad !== undefined) throw textErrors.make("datapath/actions-syntax", { rest: bad });
  return actions;
}

function readAction({ name, body, value }: Item, ports: DpPortNumbers | undefined): DatapathAction | undefined {
  if (value !== undefined) return undefined;
  if (body === undefined) {
    const bare = BARE[name];
    if (bare && Object.hasOwn(BARE, name)) return bare;
    const port = int(name) ?? ports?.(name);
    return port === undefined ? undefined : { type: "output", port };
  }
  return Object.hasOwn(READ, name) ? READ[name]?.(body, ports) : undefined;
}

const CT: Extract<DatapathAction, { type: "ct" }> = { type: "ct", commit: false, force: false, zone: 0 };

const BARE: Readonly<Record<string, DatapathAction>> = {
  pop_vlan: { type: "pop_vlan" },
  pop_eth: { type: "pop_eth" },
  pop_nsh: { type: "pop_nsh" },
  ct_clear: { type: "ct_clear" },
  ct: CT,
};

/** A number of at most 32 bits, in C's bases. */
function int(text: string | undefined): number | undefined {
  const value = text === undefined ? undefined : number(text);
  return value === undefined || value > 0xffffffffn ? undefined : Number(value);
}

/** The `name=value` pairs of a body as a map, bare words with an empty value; undefined when it is malformed. */
function values(body: string): Map<string, string> | undefined {
  const { list, bad } = items(body);
  if (bad !== undefined) return undefined;
  return new Map(list.map(({ name, value, body: inner }) => [name, value ?? inner ?? ""]));
}

const nested =
  (read: (actions: DatapathAction[]) => DatapathAction): Read =>
  (body, ports) =>
    read(parseActions(body, ports));

/** push_mpls and add_mpls: a label stack entry and the Ethertype that it comes with. */
const parseLabel =
  (type: "push_mpls" | "add_mpls"): Read =>
  (body) => {
    const parts = values(body);
    const [label, tc, ttl, bos] = ["label", "tc", "ttl", "bos"].map((name) => int(parts?.get(name)));
    const ethertype = int(parts?.get("eth_type"));
    if (label === undefined || tc === undefined || ttl === undefined || bos === undefined) return undefined;
    if (ethertype === undefined) return undefined;
    return { type, ethertype, lse: ((label << 12) | (tc << 9) | (bos << 8) | ttl) >>> 0 };
  };

const READ: Readonly<Record<string, Read>> = {
  lb_output: (body) => withInt(body, (bond) => ({ type: "lb_output", bond })),
  recirc: (body) => withInt(body, (id) => ({ type: "recirc", id })),
  trunc: (body) => withInt(body, (maxLen) => ({ type: "trunc", maxLen })),
  meter: (body) => withInt(body, (id) => ({ type: "meter", id })),
  tnl_pop: (body, ports) => {
    const port = int(body) ?? ports?.(body);
    return port === undefined ? undefined : { type: "tnl_pop", tunnelPort: port };
  },
  clone: nested((actions) => ({ type: "clone", actions })),
  ct: readCt,
  set: readSet,
  pop_nsh: () => ({ type: "pop_nsh" }),
  hash: (body) => {
    const match = /^(l4|sym_l4)\((\w+)\)$/.exec(body);
    const basis = int(match?.[2]);
    if (!match || basis === undefined) return undefined;
    return { type: "hash", algorithm: match[1] === "l4" ? "l4" : "sym_l4", basis };
  },
  push_vlan: (body) => {
    const parts = values(body);
    const [vid, pcp] = [int(parts?.get("vid")), int(parts?.get("pcp"))];
    const [tpid, cfi] = [int(parts?.get("tpid") ?? "0x8100"), int(parts?.get("cfi") ?? "1")];
    if (vid === undefined || pcp === undefined || tpid === undefined || cfi === undefined) return undefined;
    if (vid > 0xfff || pcp > 7 || tpid > 0xffff || cfi > 1) return undefined;
    return { type: "push_vlan", tpid, tci: (pcp << 13) | (cfi << 12) | vid };
  },
  push_mpls: parseLabel("push_mpls"),
  add_mpls: parseLabel("add_mpls"),
  pop_mpls: (body) => withInt(values(body)?.get("eth_type"), (ethertype) => ({ type: "pop_mpls", ethertype })),
  push_eth: (body) => {
    const parts = values(body);
    const [src, dst] = [parseMac(parts?.get("src") ?? ""), parseMac(parts?.get("dst") ?? "")];
    if (src === undefined || dst === undefined) return undefined;
    return { type: "push_eth", src: BigInt(src), dst: BigInt(dst) };
  },
  sample: (body, ports) => {
    const parts = values(body);
    const percent = /^(\d+(?:\.\d+)?)%$/.exec(parts?.get("sample") ?? "");
    const actions = parts?.get("actions");
    if (!percent || actions === undefined || Number(percent[1]) > 100) return undefined;
    const probability = Math.min(0xffffffff, Math.floor(0xffffffff * (Number(percent[1]) / 100) + 0.5));
    return { type: "sample", probability, actions: parseActions(actions, ports) };
  },
  check_pkt_len: (body, ports) => {
    const parts = values(body);
    const [size, greater, lessEqual] = [int(parts?.get("size")), parts?.get("gt"), parts?.get("le")];
    if (size === undefined || greater === undefined || lessEqual === undefined) return undefined;
    return {
      type: "check_pkt_len",
      size,
      greater: parseActions(greater, ports),
      lessEqual: parseActions(lessEqual, ports),
    };
  },
  userspace: readUserspace,
};

function withInt(text: string | undefined, make: (value: number) => DatapathAction): DatapathAction | undefined {
  const value = int(text);
  return value === undefined ? undefined : make(value);
}

function readCt(body: string): DatapathAction | undefined {
  const parts = values(body);
  if (!parts) return undefined;
  const ct: { -readonly [K in keyof typeof CT]: (typeof CT)[K] } = { ...CT };
  for (const [name, text] of parts) {
    const [value, mask] = text.split("/").map((half) => number(half));
    if (name === "commit") ct.commit = true;
    else if (name === "force_commit") [ct.commit, ct.force] = [true, true];
    else if (name === "zone" && value !== undefined && value <= 0xffffn) ct.zone = Number(value);
    else if (name === "mark" && value !== undefined)
      ct.mark = { value: Number(value), mask: Number(mask ?? 0xffffffffn) };
    else if (name === "label" && value !== undefined) ct.label = { value, mask: mask ?? (1n << 128n) - 1n };
    else if (name === "helper" && text !== "") ct.helper = text;
    else if (name === "timeout" && text !== "") ct.timeout = text;
    else if (name === "nat") {
      const nat = readNat(text);
      if (!nat) return undefined;
      ct.nat = nat;
    } else return undefined;
  }
  return ct;
}

const ADDRESS = String.raw`(?:\[([0-9a-fA-F:.]+)\]|(\d+\.\d+\.\d+\.\d+)|([0-9a-fA-F:]*:[0-9a-fA-F:.]*))`;
const RANGE = new RegExp(String.raw`^${ADDRESS}(?:-${ADDRESS})?(?::(\d+)(?:-(\d+))?)?$`);

function readNat(body: string): NatSpec | undefined {
  const nat: { -readonly [K in keyof NatSpec]: NatSpec[K] } = {};
  for (const [name, text] of values(body) ?? []) {
    if (name === "persistent" || name === "hash" || name === "random") nat[name] = true;
    else if (name === "src" || name === "dst") {
      nat.direction = name;
      if (text === "") continue;
      const match = RANGE.exec(text);
      if (!match) return undefined;
      nat.minAddress = match[1] ?? match[2] ?? match[3] ?? "";
      const max = match[4] ?? match[5] ?? match[6];
      if (max !== undefined) nat.maxAddress = max;
      if (match[7] !== undefined) nat.minPort = Number(match[7]);
      if (match[8] !== undefined) nat.maxPort = Number(match[8]);
    } else return undefined;
  }
  return nat;
}

/** set(…): the attribute's text is that of a flow, the mask says which bits to write. */
function readSet(body: string): DatapathAction | undefined {
  if (body !== body.trim()) return undefined;
  const item = items(body).list[0];
  if (!item) return undefined;
  const { name } = item;
  const { key, mask } = parseDatapathFlow(body);
  if (name === "tunnel") {
    const fields = [
      "tun_id",
      "tun_src",
      "tun_dst",
      "tun_ipv6_src",
      "tun_ipv6_dst",
      "tun_tos",
      "tun_ttl",
      "tun_gbp_id",
      "tun_gbp_flags",
    ] as const;
    const ports = key[WORD.tunTp] as number;
    return {
      type: "set_tunnel",
      fields: fields.flatMap((field) => {
        const value = readField(key, field);
        return value === 0n ? [] : [{ field, value }];
      }),
      flags: (key[WORD.tunIp] as number) >>> 16,
      ...(ports >>> 16 ? { tpSrc: ports >>> 16 } : {}),
      ...(ports & 0xffff ? { tpDst: ports & 0xffff } : {}),
    };
  }
  const fields =
    name === "mpls"
      ? (["mpls_label", "mpls_tc", "mpls_ttl", "mpls_bos"] as const)
      : name === "skb_priority"
        ? (["skb_priority"] as const)
        : name === "skb_mark"
          ? (["pkt_mark"] as const)
          : isAttributeName(name)
            ? ATTRIBUTES[name].map(({ field }) => field)
            : [];
  const writes = fields.flatMap((field): FieldWrite[] => {
    const bits = readField(mask, field);
    return bits === 0n && name !== "mpls" ? [] : [{ field, value: readField(key, field), mask: bits }];
  });
  if (writes.length === 0) return undefined;
  if (name === "skb_priority" || name === "skb_mark" || name === "mpls" || isAttributeName(name))
    return { type: "set", attribute: name, writes };
  return undefined;
}

const SLOW_REASONS: readonly SlowReason[] = [
  "controller",
  "action",
  "cfm",
  "bfd",
  "lacp",
  "stp",
  "lldp",
  "match",
  "bond",
];

function readUserspace(body: string, ports: DpPortNumbers | undefined): DatapathAction | undefined {
  const { list, bad } = items(body);
  let cookie: UserspaceCookie | undefined;
  let pid = 0;
  let actions = false;
  let egressPort: number | undefined;
  for (const { name, value, body: inner } of list) {
    if (name === "pid") pid = int(value) ?? -1;
    else if (name === "actions") actions = true;
    else if (name === "tunnel_out_port") egressPort = int(value) ?? ports?.(value ?? "") ?? -1;
    else cookie = inner === undefined ? undefined : readCookie(name, inner);
  }
  if (bad !== undefined || !cookie || pid < 0 || (egressPort ?? 0) < 0) return undefined;
  return {
    type: "userspace",
    cookie,
    ...(pid > 0 ? { pid } : {}),
    ...(actions ? { actions } : {}),
    ...(egressPort === undefined ? {} : { egressPort }),
  };
}

function readCookie(name: string, body: string): UserspaceCookie | undefined {
  const parts = values(body);
  if (!parts) return undefined;
  const get = (key: string) => int(parts.get(key)) ?? 0;
  if (name === "slow_path") {
    const reason = SLOW_REASONS.find((known) => known === body);
    return reason && { kind: "slow_path", reason, ofprotoUuid: "" };
  }
  if (name === "controller")
    return {
      kind: "controller",
      ofprotoUuid: "",
      dontSend: get("dont_send") !== 0,
      continuation: get("continuation") !== 0,
      reason: get("reason"),
      recircId: get("recirc_id"),
      ruleCookie: number(parts.get("rule_cookie") ?? "") ?? 0n,
      controllerId: get("controller_id"),
      maxLen: get("max_len"),
    };
  const names = SAMPLE_PARTS[name];
  if (!names || !Object.hasOwn(SAMPLE_PARTS, name)) return undefined;
  const data: Record<string, number> = Object.fromEntries(names.map((part) => [part, get(part)]));
  if (name === "flow_sample") data["direction"] = parts.has("ingress") ? 1 : parts.has("egress") ? 2 : 0;
  return { kind: name === "sFlow" ? "sflow" : name === "ipfix" ? "ipfix" : "flow_sample", data };
}

const SAMPLE_PARTS: Readonly<Record<string, readonly string[]>> = {
  sFlow: ["vid", "pcp", "output"],
  ipfix: ["output_port"],
  flow_sample: ["probability", "collector_set_id", "obs_domain_id", "obs_point_id", "output_port"],
};
