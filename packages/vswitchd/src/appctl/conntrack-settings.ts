import { tupleWords } from "@vswitch/core/conntrack";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { asked, type Command, conntrackRow, opened, scanned } from "./conntrack-arguments.ts";
import { type DpctlSource, invalid, type Run } from "./dpctl.ts";

/** `dpctl/ct-*`: bounds of connection tracking, of all connections and by zone, and whether TCP's numbers are checked. */

const setMax: Command = async (source, { args }) => {
  const { datapath } = opened(source, args, 2);
  const max = scanned(args.at(-1) ?? "", 32);
  if (max === undefined) throw invalid("maxconns missing or malformed");
  await asked(datapath, { do: "setMax", max });
  return "setting maxconns successful\n";
};

const settings = async (source: DpctlSource, { args }: Run) =>
  (await asked(opened(source, args, 1).datapath, { do: "settings" })).settings;

const getMax: Command = async (source, given) => `${(await settings(source, given))?.max}\n`;
const count: Command = async (source, given) => `${(await settings(source, given))?.count}\n`;
const showCheck: Command = async (source, given) =>
  `TCP sequence checking: ${(await settings(source, given))?.checkSequence ? "enabled" : "disabled"}\n`;

const setCheck =
  (on: boolean): Command =>
  async (source, { args }) => {
    await asked(opened(source, args, 2).datapath, { do: "checkSequence", on });
    return `${on ? "enabling" : "disabling"} TCP sequence checking successful\n`;
  };

/** A number as C's strtoll reads it, decimal, octal or hexadecimal by its prefix, cut to 32 bits. */
function limitNumber(text: string): number | undefined {
  const [, sign = "", digits = ""] = /^\s*([-+]?)(0x[0-9a-f]+|\d+)$/i.exec(text) ?? [];
  if (digits === "" || /^0\d*[89]/.test(digits)) return undefined;
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits}` : digits);
  if (value > 0x7fffffffffffffffn) return undefined;
  return Number(BigInt.asUintN(32, sign === "-" ? -value : value));
}

/** Reads "zone=N,limit=N". */
function zoneLimit(text: string): { readonly zone: number; readonly limit: number } {
  let zone: number | undefined;
  let limit: number | undefined;
  for (const word of tupleWords(text)) {
    if (typeof word === "string") throw invalid(word);
    const [name, value] = word;
    if (name !== "zone" && name !== "limit") throw invalid(`invalid zone limit field: ${name}`);
    const number = limitNumber(value);
    if (number === undefined || (name === "zone" && number > 0xffff)) throw invalid(`failed to parse field ${name}`);
    if (name === "zone") zone = number;
    else limit = number;
  }
  if (zone === undefined || limit === undefined) throw invalid("failed to parse zone limit");
  return { zone, limit };
}

const setLimits: Command = async (source, { args }) => {
  const { datapath, rest } = opened(source, args, Number.POSITIVE_INFINITY);
  if (rest.length === 0) throw invalid("failed to parse zone limit");
  const [first = "", ...others] = rest;
  const limits: { zone?: number; limit: number }[] = [];
  if (first.startsWith("default=")) {
    const limit = scanned(first.slice(8), 32);
    if (limit === undefined) throw invalid("invalid default limit");
    limits.push({ limit });
  }
  for (const text of limits.length > 0 ? others : rest) limits.push(zoneLimit(text));
  await asked(datapath, { do: "setLimits", limits });
  return "";
};

/** Reads "zone=N[,N]…". */
function zonesOf(text: string): readonly number[] {
  if (!text.startsWith("zone=")) throw invalid(`invalid argument ${text}`);
  const words = text
    .slice(5)
    .split(",")
    .filter((word) => word !== "");
  return words.map((word) => {
    const zone = scanned(word, 16);
    if (zone === undefined) throw invalid("invalid zone");
    return zone;
  });
}

const deleteLimits: Command = async (source, { args }) => {
  const { datapath, rest } = opened(source, args, 2);
  await asked(datapath, { do: "deleteLimits", zones: zonesOf(rest[0] ?? "") });
  return "";
};

const getLimits: Command = async (source, { args }) => {
  const { datapath, rest } = opened(source, args, 2);
  const zones = rest[0] === undefined ? undefined : zonesOf(rest[0]);
  const { limits } = await asked(datapath, { do: "limits", zones });
  const rows = limits?.zones.map(({ zone, limit, count }) => `zone=${zone},limit=${limit},count=${count}\n`) ?? [];
  return `default limit=${limits?.default ?? 0}\n${rows.join("")}`;
};

/** Commands, with usage and argument counts as the original lists them. */
export function settingCommands(source: DpctlSource): readonly ControlCommand[] {
  const row = conntrackRow(source);
  return [
    row("ct-set-maxconns", "[dp] maxconns", 1, 2, setMax),
    row("ct-get-maxconns", "[dp]", 0, 1, getMax),
    row("ct-get-nconns", "[dp]", 0, 1, count),
    row("ct-enable-tcp-seq-chk", "[dp]", 0, 1, setCheck(true)),
    row("ct-disable-tcp-seq-chk", "[dp]", 0, 1, setCheck(false)),
    row("ct-get-tcp-seq-chk", "[dp]", 0, 1, showCheck),
    row("ct-set-limits", "[dp] [default=L] [zone=N,limit=L]...", 1, Number.POSITIVE_INFINITY, setLimits),
    row("ct-del-limits", "[dp] zone=N1[,N2]...", 1, 2, deleteLimits),
    row("ct-get-limits", "[dp] [zone=N1[,N2]...]", 0, 2, getLimits),
  ];
}
