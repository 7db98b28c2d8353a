import { newKey, newMask, ones, readField, WORD, writeField } from "#flow";
import { formatMac } from "#packet";
import type { DatapathAction, FieldWrite, NatSpec, SetAttribute, UserspaceCookie } from "../action.ts";
import { ATTRIBUTES, type AttributePart, formatPart, hex, isAttributeName } from "./attribute.ts";
import { type DpPortNames, formatDpPort, formatLse, formatTci, formatTunnel } from "./format-flow.ts";
import { formatPushNsh, formatTunnelHeader } from "./tunnel-header.ts";

/** Actions as "Datapath actions:" and flow dumps show them; `drop` when there are none. */
export function formatActions(actions: readonly DatapathAction[], names?: DpPortNames): string {
  return actions.length === 0 ? "drop" : actions.map((action) => formatAction(action, names)).join(",");
}

type Of<T extends DatapathAction["type"]> = Extract<DatapathAction, { readonly type: T }>;
type Formats = { readonly [T in DatapathAction["type"]]: (action: Of<T>, names: DpPortNames | undefined) => string };

const FORMATS: Formats = {
  output: ({ port }, names) => formatDpPort(port, names),
  lb_output: ({ bond }) => `lb_output(${bond})`,
  userspace: formatUserspace,
  set: ({ attribute, writes }) => `set(${formatWrites(attribute ?? attributeOf(writes), writes)})`,
  set_tunnel: formatSetTunnel,
  push_vlan: ({ tpid, tci }) =>
    `push_vlan(${tpid === 0x8100 ? "" : `tpid=0x${tpid.toString(16).padStart(4, "0")},`}${formatTci(tci, 0xffff, false)})`,
  pop_vlan: () => "pop_vlan",
  push_mpls: ({ ethertype, lse }) => `push_mpls(${formatLse(lse)},eth_type=${hex(ethertype)})`,
  pop_mpls: ({ ethertype }) => `pop_mpls(eth_type=${hex(ethertype)})`,
  add_mpls: ({ ethertype, lse }) => `add_mpls(${formatLse(lse)},eth_type=${hex(ethertype)})`,
  push_eth: ({ src, dst }) => `push_eth(src=${formatMac(src)},dst=${formatMac(dst)})`,
  pop_eth: () => "pop_eth",
  push_nsh: ({ header }) => formatPushNsh(header),
  pop_nsh: () => "pop_nsh()",
  recirc: ({ id }) => `recirc(${hex(id)})`,
  hash: ({ algorithm, basis }) => `hash(${algorithm}(${basis}))`,
  trunc: ({ maxLen }) => `trunc(${maxLen})`,
  sample: ({ probability, actions }, names) =>
    `sample(sample=${((100 * probability) / 0xffffffff).toFixed(1)}%,actions(${formatActions(actions, names)}))`,
  clone: ({ actions }, names) => `clone(${formatActions(actions, names)})`,
  meter: ({ id }) => `meter(${id})`,
  check_pkt_len: ({ size, greater, lessEqual }, names) =>
    `check_pkt_len(size=${size},gt(${formatActions(greater, names)}),le(${formatActions(lessEqual, names)}))`,
  ct: formatCt,
  ct_clear: () => "ct_clear",
  tnl_push: ({ tunnelPort, outPort, header, kind }, names) =>
    `tnl_push(tnl_port(${formatDpPort(tunnelPort, names)}),header(${formatTunnelHeader(header, kind)}),out_port(${formatDpPort(outPort, names)}))`,
  tnl_pop: ({ tunnelPort }, names) => `tnl_pop(${formatDpPort(tunnelPort, names)})`,
  drop: () => "drop",
};

function formatAction<T extends DatapathAction["type"]>(action: Of<T>, names?: DpPortNames): string {
  const format: (action: Of<T>, names: DpPortNames | undefined) => string = FORMATS[action.type as T];
  return format(action, names);
}

function formatUserspace({ pid, cookie, actions, egressPort }: Of<"userspace">, names?: DpPortNames): string {
  const out = egressPort === undefined ? "" : `,tunnel_out_port=${formatDpPort(egressPort, names)}`;
  return `userspace(pid=${pid ?? 0},${formatCookie(cookie)}${actions ? ",actions" : ""}${out})`;
}

function formatCookie(cookie: UserspaceCookie): string {
  switch (cookie.kind) {
    case "slow_path":
      return `slow_path(${cookie.reason})`;
    case "controller":
      return (
        `controller(reason=${cookie.reason},dont_send=${Number(cookie.dontSend)},continuation=${Number(cookie.continuation)}` +
        `,recirc_id=${cookie.recircId},rule_cookie=${hex(cookie.ruleCookie)},controller_id=${cookie.controllerId},max_len=${cookie.maxLen})`
      );
    case "sflow":
      return `sFlow(${pairs(cookie.data, ["vid", "pcp", "output"])})`;
    case "ipfix":
      return `ipfix(${pairs(cookie.data, ["output_port"])})`;
    case "flow_sample": {
      const names = ["probability", "collector_set_id", "obs_domain_id", "obs_point_id", "output_port"];
      const direction = ["", ",ingress", ",egress"][Number(cookie.data["direction"] ?? 0)] ?? "";
      return `flow_sample(${pairs(cookie.data, names)}${direction})`;
    }
  }
}

const pairs = (data: Readonly<Record<string, number | bigint>>, names: readonly string[]): string =>
  names.map((name) => `${name}=${data[name] ?? 0}`).join(",");

/** The attribute that has all fields of a set action. */
function attributeOf(writes: readonly FieldWrite[]): SetAttribute {
  const fields = writes.map(({ field }) => field as string);
  if (fields[0] === "skb_priority") return "skb_priority";
  if (fields[0] === "pkt_mark") return "skb_mark";
  if (fields[0]?.startsWith("mpls")) return "mpls";
  for (const [name, parts] of Object.entries(ATTRIBUTES) as [keyof typeof ATTRIBUTES, readonly AttributePart[]][])
    if (fields.every((field) => parts.some((part) => part.field === field || isWithin(field, part.field)))) return name;
  return "eth";
}

/** DSCP and ECN are parts of what the attributes call tos and tclass. */
const isWithin = (field: string, whole: string): boolean =>
  whole === "nw_tos" && (field === "ip_dscp" || field === "nw_ecn");

function formatWrites(name: SetAttribute, writes: readonly FieldWrite[]): string {
  const key = newKey();
  const mask = newMask();
  for (const { field, value, mask: bits } of writes) {
    writeField(key, field, value);
    writeField(mask, field, bits);
  }
  if (name === "mpls") return `mpls(${formatLse(key[WORD.mpls0] as number, mask[WORD.mpls0] as number)})`;
  if (name === "skb_priority" || name === "skb_mark") {
    const word = name === "skb_mark" ? WORD.pktMark : WORD.skbPriority;
    const bits = mask[word] as number;
    return `${name}(${hex(key[word] as number)}${bits === 0xffffffff ? "" : `/${hex(bits)}`})`;
  }
  if (!isAttributeName(name)) return `${name}()`;
  const parts = ATTRIBUTES[name].flatMap(
    (part) => formatPart(part, readField(key, part.field), readField(mask, part.field), ones(part.field), false) ?? [],
  );
  return `${name}(${parts.join(",")})`;
}

function formatSetTunnel({ fields, flags = 0, tpSrc = 0, tpDst = 0 }: Of<"set_tunnel">): string {
  const key = newKey();
  for (const { field, value } of fields) writeField(key, field, value);
  key[WORD.tunIp] = ((key[WORD.tunIp] as number) | (flags << 16)) >>> 0;
  key[WORD.tunTp] = ((tpSrc << 16) | tpDst) >>> 0;
  const mask = newMask().fill(0xffffffff);
  return `set(${formatTunnel(key, mask, false)})`;
}

function formatCt(ct: Of<"ct">): string {
  const parts: string[] = [];
  if (ct.force) parts.push("force_commit");
  else if (ct.commit) parts.push("commit");
  if (ct.zone !== 0) parts.push(`zone=${ct.zone}`);
  if (ct.mark) parts.push(`mark=${hex(ct.mark.value)}/${hex(ct.mark.mask)}`);
  if (ct.label) {
    const exact = ct.label.mask === (1n << 128n) - 1n;
    parts.push(`label=${hex(ct.label.value)}${exact ? "" : `/${hex(ct.label.mask)}`}`);
  }
  if (ct.helper !== undefined) parts.push(`helper=${ct.helper}`);
  if (ct.timeout !== undefined) parts.push(`timeout=${ct.timeout}`);
  if (ct.nat) parts.push(formatNat(ct.nat));
  return parts.length === 0 ? "ct" : `ct(${parts.join(",")})`;
}

function formatNat(nat: NatSpec): string {
  if (!nat.direction) return "nat";
  const hasPort = nat.minPort !== undefined && nat.minPort !== 0;
  const address = (text: string) => (text.includes(":") && hasPort ? `[${text}]` : text);
  let range = nat.minAddress === undefined ? "" : `=${address(nat.minAddress)}`;
  if (nat.maxAddress !== undefined && nat.maxAddress !== nat.minAddress) range += `-${address(nat.maxAddress)}`;
  if (hasPort) {
    range += `${nat.minAddress === undefined ? "=" : ""}:${nat.minPort}`;
    if (nat.maxPort !== undefined && nat.maxPort !== nat.minPort) range += `-${nat.maxPort}`;
  }
  const flags = (["persistent", "hash", "random"] as const).filter((flag) => nat[flag]);
  return `nat(${[`${nat.direction}${range}`, ...flags].join(",")})`;
}
