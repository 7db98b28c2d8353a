import { addressText, type FragmentListInfo, type FragmentStatus, type IpVersion } from "@vswitch/core/conntrack";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { asked, type Command, conntrackRow, opened, scanned } from "./conntrack-arguments.ts";
import { type DpctlSource, invalid } from "./dpctl.ts";

/** `dpctl/ipf-*`: how connection tracking puts fragments together. */

const versionOf = (text: string | undefined): IpVersion | undefined =>
  text?.startsWith("v4") ? "v4" : text?.startsWith("v6") ? "v6" : undefined;

const enable =
  (on: boolean): Command =>
  async (source, { args }) => {
    const { datapath } = opened(source, args, 3);
    const version = versionOf(args.at(-1));
    if (!version) throw invalid("parameter missing: 'v4' for IPv4 or 'v6' for IPv6");
    await asked(datapath, { do: "reassemble", version, on });
    return `${on ? "enabling" : "disabling"} fragmentation reassembly successful\n`;
  };

const setMinimum: Command = async (source, { args }) => {
  const { datapath } = opened(source, args, 3);
  const version = versionOf(args.at(-2));
  if (!version) throw invalid("parameter missing: v4 for IPv4 or v6 for IPv6");
  const size = scanned(args.at(-1) ?? "", 32);
  if (size === undefined) throw invalid("parameter missing for minimum fragment size");
  const small = "requested minimum fragment size too small; see documentation";
  await asked(datapath, { do: "setMinFragment", version, size }, small);
  return "setting minimum fragment size successful\n";
};

const setMaximum: Command = async (source, { args }) => {
  const { datapath } = opened(source, args, 2);
  const max = scanned(args.at(-1) ?? "", 32);
  if (max === undefined) throw invalid("parameter missing for maximum fragments");
  await asked(datapath, { do: "setMaxFragments", max }, "setting maximum fragments failed");
  return "setting maximum fragments successful\n";
};

/** Rows of the counters of one IP version, in their order. */
const COUNTERS = [
  ["accepted", "accepted"],
  ["completed", "completed"],
  ["expired", "expired"],
  ["too small", "tooSmall"],
  ["overlapped", "overlapped"],
  ["purged", "purged"],
] as const;

function versionRows({ rules, counters }: FragmentStatus, version: IpVersion): string[] {
  const rows = COUNTERS.map(([name, field]) => `${version} frags ${name}: ${counters[version][field]}`);
  return [`min ${version} frag size: ${rules[version].minSize}`, ...rows];
}

function listRow({ src, dst, id, version, zone, protocol, count, state }: FragmentListInfo): string {
  const type = version === "v4" ? "0x800" : "0x86dd";
  return `(src=${addressText(src)},dst=${addressText(dst)},recirc_id=0,ip_id=${id},dl_type=${type},zone=${zone},nw_proto=${protocol},num_fragments=${count},state=${state})\n`;
}

const status: Command = async (source, { args, more }) => {
  const { fragments } = await asked(opened(source, args, 1).datapath, { do: "fragments" });
  if (!fragments) return "";
  const enabled = (version: IpVersion) => `${version} enabled: ${fragments.rules[version].enabled ? 1 : 0}`;
  const rows = [
    "Fragmentation Module Status",
    "---------------------------",
    enabled("v4"),
    enabled("v6"),
    `max num frags (v4/v6): ${fragments.max}`,
    `num frag: ${fragments.count}`,
    ...versionRows(fragments, "v4"),
    ...versionRows(fragments, "v6"),
  ];
  const text = rows.map((row) => `        ${row}\n`).join("");
  return more ? `${text}\n        Fragment Lists:\n\n${fragments.lists.map(listRow).join("")}` : text;
};

/** Commands, with usage and argument counts as the original lists them. */
export function fragmentCommands(source: DpctlSource): readonly ControlCommand[] {
  const row = conntrackRow(source);
  return [
    row("ipf-set-enabled", "[dp] v4|v6", 1, 2, enable(true)),
    row("ipf-set-disabled", "[dp] v4|v6", 1, 2, enable(false)),
    row("ipf-set-min-frag", "[dp] v4|v6 minfragment", 2, 3, setMinimum),
    row("ipf-set-max-nfrags", "[dp] maxfrags", 1, 2, setMaximum),
    row("ipf-get-status", "[dp]", 0, 1, status),
  ];
}
