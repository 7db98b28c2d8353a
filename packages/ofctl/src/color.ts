/**
 * Colours in the text of flows, as --color asks for them. Text that is printed already is coloured by its words: which
 * word has which colour is one table, and formatters know nothing of it.
 */

/** Kinds of words, by the names that OVS_COLORS gives them, and their colours (SGR) if it says nothing. */
const COLORS = {
  ac: "1;31", // actions=
  dr: "34", // drop
  le: "31", // learn( )
  pm: "36", // names of fields and parameters
  pr: "35", // names before parentheses, and these
  sp: "33", // words that say where a packet goes and what is written
  vl: "32", // words that stand for themselves
};
type Kind = keyof typeof COLORS;
/** The colour of each kind, an SGR parameter. */
export type Palette = Readonly<Record<Kind, string>>;
const isKind = (name: string): name is Kind => Object.hasOwn(COLORS, name);

/** Words that stand alone; the longest that fits is taken. */
const WORDS: Readonly<Record<string, Kind>> = {
  drop: "dr",
  "->": "sp",
  exit: "sp",
  dec_ttl: "pr",
  nat: "pr",
};
const VALUES = [
  ...["ip", "ipv6", "icmp", "icmp6", "tcp", "tcp6", "udp", "udp6", "sctp", "sctp6", "arp", "rarp", "mpls", "mplsm"],
  ...["clear_actions", "ct_clear", "dec_mpls_ttl", "pop_queue", "pop_vlan", "strip_vlan"],
];
/** Words that have their colour only inside these parentheses. */
const INSIDE: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  ct: { commit: "vl", force: "vl" },
  nat: { persistent: "vl", hash: "vl", random: "vl" },
  sample: { ingress: "pm", egress: "pm" },
  controller: { pause: "vl" },
  learn: { send_flow_rem: "vl", delete_learned: "vl" },
};
/** Names before "=" or ":" that are not of fields and parameters. */
const SPECIAL = new Set(["table=", "priority=", "output:", "group:", "load:", "move:", "set_field:", "resubmit:"]);
/** Names that the original has no colour for. */
const PLAIN = new Set([
  ...["actions=", "packet_type=", "gtpu_flags=", "gtpu_msgtype=", "tun_gbp_flags="],
  ...[
    "tun_erspan_ver=",
    "tun_erspan_idx=",
    "tun_erspan_dir=",
    "tun_erspan_hwid=",
    "tun_gtpu_flags=",
    "tun_gtpu_msgtype=",
  ],
]);
const PARAMETERS = new Set([
  ...["delete_field:", "enqueue:", "goto_table:", "members:", "meter:", "mod_dl_dst:", "mod_dl_src:", "mod_nw_dst:"],
  ...["mod_nw_src:", "mod_nw_tos:", "mod_nw_ecn:", "mod_nw_ttl:", "mod_tp_dst:", "mod_tp_src:", "mod_vlan_pcp:"],
  ...["mod_vlan_vid:", "set_vlan_vid:", "set_vlan_pcp:", "note:", "pop:", "pop_mpls:", "push:", "push_mpls:"],
  ...["push_vlan:", "set_queue:", "set_tunnel64:", "set_tunnel:", "write_metadata:"],
]);
const WITH_PARENTHESES = new Set([
  ...["bundle", "bundle_load", "clone", "conjunction", "controller", "ct", "dec_ttl", "decap", "encap", "exec"],
  ...["fin_timeout", "multipath", "nat", "resubmit", "sample", "set_mpls_label", "set_mpls_tc", "set_mpls_ttl"],
  ...["write_actions", "learn", "check_pkt_larger"],
]);

/** A word with what follows it, an arrow, a closing parenthesis. */
const TOKEN = /,priority=|\),|[A-Za-z_][\w.]*(?:\[[\d.]*\])?[=:(]?|->|[()]|[^A-Za-z_(),-]+|[,-]/g;

/** The colours in force: those of `OVS_COLORS` (`ac=1;31:dr=34`) where it names them. */
export function paletteOf(setting: string | undefined): Palette {
  const palette = { ...COLORS };
  for (const part of setting?.split(":") ?? []) {
    const [name = "", color] = part.split("=");
    if (isKind(name) && !/[^0-9;]/.test(color ?? "")) palette[name] = color ?? "(null)";
  }
  return palette;
}

type Paint = (kind: Kind, word: string) => string;

/** Where the text is: the parentheses that are open, and what came last. */
interface Place {
  readonly open: string[];
  last: string;
}

/** Flow text, of a match, actions or both, with its colours; `isStats`: "actions=" has one too. */
function colorFlow(text: string, palette: Palette, isStats = false): string {
  const paint: Paint = (kind, word) => `\x1b[${palette[kind]}m\x1b[K${word}\x1b[m\x1b[K`;
  const place: Place = { open: [], last: "" };
  return text.replace(TOKEN, (token) => {
    const painted = isStats && token === "actions=" ? paint("ac", token) : paintToken(token, place, paint);
    place.last = token;
    return painted;
  });
}

/** A message's title: its name, version if not 1.0, transaction. */
const titled = (name: string, rest: string): RegExp =>
  new RegExp(String.raw`^((?:OFPT|NXT)_${name}(?: \(OF1\.\d\))? \(xid=0x[0-9a-f]+\):${rest}$`);

/** Lines that tell of flows: what stands before the coloured part, that part, what stands behind it. */
const LINES: readonly (readonly [line: RegExp, isStats?: true])[] = [
  [/^( event=.* cookie=\S+ )(.*)()$/],
  [/^( )(.*\bactions=.*)()$/, true],
  [titled("FLOW_MOD", ")(.*)()")],
  [titled("PACKET_OUT", " )(.*)( data_len=.*)")],
  [titled("PACKET_IN2?", String.raw`.* total_len=\d+ )(.*)( \(via .*)`)],
  [titled("FLOW_REMOVED", " )(.*)( reason=.*)")],
  [/^()((?:[a-z0-9]+,)?(?:in_port|vlan_tci|dl_vlan)=.*)()$/],
  [/^()(actions=.*)()$/],
];

/** Lines of diff-flows: match, what is not coloured, actions. */
const DIFFERENCE = /^([+-])(\S*)(.*)( actions=.*)$/;

/** Groups: only what their buckets do is coloured. */
const BUCKET = /(?<=\bactions=)(.*?)(?=,bucket=|$)/g;

function colorLine(line: string, palette: Palette): string {
  if (line.includes("group_id=")) return line.replace(BUCKET, (actions) => colorFlow(actions, palette));
  const [, sign, match, settings, actions] = DIFFERENCE.exec(line) ?? [];
  if (match !== undefined && actions !== undefined)
    return `${sign}${colorFlow(match, palette)}${settings}${colorFlow(actions, palette)}`;
  for (const [pattern, isStats] of LINES) {
    const [, before, flow, behind] = pattern.exec(line) ?? [];
    if (flow !== undefined) return before + colorFlow(flow, palette, isStats) + behind;
  }
  return line;
}

/** What was printed, with the colours of the flows, groups and packets in it. */
export const color = (text: string, palette: Palette): string =>
  text
    .split("\n")
    .map((line) => colorLine(line, palette))
    .join("\n");

/** Parentheses whose inside has no colours. */
const BLANK = new Set(["output", "encap.nsh", "decap.packet_type", "check_pkt_larger", ""]);

function openParenthesis(name: string, { open }: Place, paint: Paint): string {
  const within = open.at(-1);
  const full = within === "encap" || within === "decap" ? `${within}.${name}` : name;
  const isKnown = WITH_PARENTHESES.has(name) || BLANK.has(full);
  open.push(isKnown ? full : "");
  if (name === "learn") return paint("le", "learn(");
  if (name === "dec_ttl" || name === "nat") return paint("pr", name) + paint("pr", "(");
  if (name === "output") return `${paint("sp", name)}(`;
  if (full === "encap.nsh") return name + paint("pr", "(");
  if (name === "check_pkt_larger") return paint("pm", `${name}(`);
  return WITH_PARENTHESES.has(name) ? paint("pr", `${name}(`) : `${name}(`;
}

function closeParenthesis(token: string, { open }: Place, paint: Paint): string {
  const name = open.pop() ?? "";
  if (name === "exec") return paint("pr", "),"); // the comma that ends it hides behind the colour and stays
  const rest = token.slice(1);
  if (name === "learn") return paint("le", ")") + rest;
  return (BLANK.has(name) && name !== "encap.nsh" ? ")" : paint("pr", ")")) + rest;
}

/** Words of learn's specifications: a field, alone or with "=", before which a comma stands. */
function paintLearned(token: string, last: string, paint: Paint): string | undefined {
  if (!token.includes("[")) return undefined;
  if (token.endsWith("=")) return paint("pm", token.slice(0, -1)) + paint("pm", "=");
  return last === "," ? paint("pm", token) : token;
}

function paintToken(token: string, place: Place, paint: Paint): string {
  if (token.startsWith(")")) return closeParenthesis(token, place, paint);
  if (token.endsWith("(")) return openParenthesis(token.slice(0, -1), place, paint);
  if (token === "->" && place.last === ")") return token; // check_pkt_larger's
  const within = place.open.at(-1);
  if (within !== undefined && (BLANK.has(within) || within === "encap")) return token;
  if (token === ",priority=") return within === "learn" ? paint("sp", token) : `,${paint("sp", "priority=")}`;
  if (within === "learn") {
    const learned = paintLearned(token, place.last, paint);
    if (learned !== undefined) return learned;
  }
  if (PLAIN.has(token)) return token;
  if (within === "nat" && (token === "src=" || token === "dst="))
    return paint("pm", token.slice(0, -1)) + paint("pm", "=");
  if (token === "conj_id=") return `${paint("pm", "conj_id")}=`;
  if (SPECIAL.has(token)) return paint("sp", token);
  if (token.endsWith("=") || PARAMETERS.has(token)) return paint("pm", token);
  const kind = (within && INSIDE[within]?.[token]) || WORDS[token] || (VALUES.includes(token) ? "vl" : undefined);
  return kind ? paint(kind, token) : token;
}
