import { CT_STATES, type FlowKey, formatFlags, readField, TCP_FLAGS, WORD } from "#flow";
import type { DatapathAction } from "../action.ts";
import { ATTRIBUTES, formatPart, hex, isAttributeName, isScalarName, SCALARS } from "./attribute.ts";
import { formatActions } from "./format-actions.ts";
import { formatLse, formatTci } from "./format-flow.ts";
import { items } from "./scan.ts";

const FULL = 0xffffffff;

/** What of attributes with a form of their own stands in text, by name. */
const SPECIAL: Readonly<Record<string, (key: FlowKey, tag: number) => string>> = {
  in_port: (key) => String(key[WORD.inPort]),
  vlan: (key, tag) => formatTci((key[WORD.vlan0 + tag] as number) & 0xffff, 0xffff, true),
  mpls: (key) => formatLse(key[WORD.mpls0] as number, FULL),
  ct_state: (key) => formatFlags(CT_STATES, key[WORD.ctState] as number),
  tcp_flags: (key) => formatFlags(TCP_FLAGS, key[WORD.tcpFlags] as number),
};

/** `text`, a datapath flow without masks, as its key says it: every part of each attribute that it has, in its order. */
export function formatExactFlow(text: string, key: FlowKey): string {
  return formatItems(text, key, 0) || "<empty>";
}

function formatItems(text: string, key: FlowKey, tag: number): string {
  let tagged = tag;
  const shown = items(text).list.map(({ name, body = "" }) => {
    if (name === "encap") return `encap(${formatItems(body, key, tag + 1)})`;
    if (isAttributeName(name)) {
      const parts = ATTRIBUTES[name].map((part) =>
        formatPart(part, readField(key, part.field), FULL_MASK, FULL_MASK, true),
      );
      return `${name}(${parts.join(",")})`;
    }
    if (isScalarName(name)) return `${name}(${hex(readField(key, SCALARS[name]))})`;
    if (name === "eth_type") {
      const tpid = (key[WORD.vlan0 + tagged] as number) >>> 16;
      const type = tagged < 2 && tpid !== 0 ? tpid : (key[WORD.ethType] as number);
      return `eth_type(0x${type.toString(16).padStart(4, "0")})`;
    }
    const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined;
    if (name === "vlan") return `vlan(${SPECIAL["vlan"]?.(key, tagged++) ?? ""})`;
    return special ? `${name}(${special(key, tag)})` : `${name}(${body})`;
  });
  return shown.join(",");
}

/** Parts are shown whole: a value that equals its own mask's full width prints without one. */
const FULL_MASK = -1n;

interface Group {
  readonly vlans: readonly number[];
  readonly actions: DatapathAction[];
}

/** Outputs that follow each other, by port. */
function sortOutputs(actions: readonly DatapathAction[]): DatapathAction[] {
  const sorted: DatapathAction[] = [];
  let run: Extract<DatapathAction, { type: "output" }>[] = [];
  const end = () => {
    sorted.push(...run.sort((a, b) => a.port - b.port));
    run = [];
  };
  for (const action of actions) {
    if (action.type === "output") run.push(action);
    else {
      end();
      sorted.push(action);
    }
  }
  end();
  return sorted;
}

function formatTag(tag: number): string {
  const [tpid, tci] = [tag >>> 16, tag & 0xffff];
  // The original prints the octets of an unusual tag's type in the host's order.
  const swapped = ((tpid & 0xff) << 8) | (tpid >>> 8);
  const type = tpid === 0x8100 ? "" : `tpid=0x${swapped.toString(16).padStart(4, "0")},`;
  return `vlan(${type}vid=${tci & 0xfff},pcp=${tci >>> 13}): `;
}

/**
 * Actions in a form that tells whether two lists do the same (`dpctl/normalize-actions`): what is done under each stack
 * of VLAN tags together, outputs in order of ports. No actions at all are a drop.
 */
export function formatNormalized(actions: readonly DatapathAction[], key: FlowKey): string {
  let vlans = [key[WORD.vlan0] as number, key[WORD.vlan0 + 1] as number];
  const groups = new Map<string, Group>();
  for (const action of actions) {
    if (action.type === "pop_vlan") vlans = [vlans[1] as number, 0];
    else if (action.type === "push_vlan") vlans = [((action.tpid << 16) | action.tci) >>> 0, vlans[0] as number];
    else {
      const name = vlans.join();
      const group = groups.get(name) ?? { vlans, actions: [] };
      groups.set(name, group);
      group.actions.push(action);
    }
  }
  if (actions.length === 0) groups.set("", { vlans, actions: [] });
  const inOrder = [...groups.values()].sort(
    (a, b) => (a.vlans[0] as number) - (b.vlans[0] as number) || (a.vlans[1] as number) - (b.vlans[1] as number),
  );
  const type = key[WORD.ethType];
  const mpls =
    type === 0x8847 || type === 0x8848
      ? `mpls(${formatLse(key[WORD.mpls0] as number).replace(/,bos=\d$/, "")}): `
      : "no mpls: ";
  return inOrder
    .map((group) => {
      const tags = group.vlans.filter((tag) => (tag & 0xffff) !== 0);
      const shown = tags.length > 0 ? tags.map(formatTag).join("") : "no vlan: ";
      return `${shown}${mpls}${formatActions(sortOutputs(group.actions))}`;
    })
    .join("");
}
