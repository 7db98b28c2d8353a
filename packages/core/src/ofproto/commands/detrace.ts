import { splitUfid } from "#datapath/text";
import type { Command } from "../command.ts";
import { failure } from "../errors.ts";
import type { Ofproto } from "../ofproto.ts";
import { Rule } from "../table/rule.ts";
import type { Effect } from "../translate/translation.ts";
import { ruleLine } from "./show.ts";

/**
 * `ofproto/detrace` (Open vSwitch 4.0): the OpenFlow rules and groups behind a flow of a datapath, by bridge, in the order
 * in which a packet meets them. They are those that its packets are credited to.
 */

/** Lines of what the effects of a flow credit. A lookup says which switch the rules after it are of. */
function creditedBy(ofproto: Ofproto, effects: readonly Effect[]): string {
  let text = "";
  let told: string | undefined;
  let at: string | undefined;
  const tell = (bridge: string | undefined, line: string) => {
    if (bridge !== undefined && bridge !== told) text += `${bridge}:\n`;
    told = bridge;
    text += `    ${line}`;
  };
  for (const effect of effects) {
    if (effect.do === "count-lookup") at = effect.sw.name;
    else if (effect.do === "credit-bucket")
      tell(effect.sw.name, `group_id=${effect.group.group},bucket=${effect.bucket.id}\n`);
    else if (effect.do === "credit-rule" && effect.rule instanceof Rule) {
      const sw = at === undefined ? undefined : ofproto.switchNamed(at);
      if (sw) tell(at, ruleLine(sw, effect.rule));
    }
  }
  return text;
}

function ufidOf(text: string): string {
  try {
    const { ufid, rest } = splitUfid(text.startsWith("ufid:") ? text : `ufid:${text}`);
    if (ufid !== undefined && rest === "") return ufid;
  } catch {
    // said below, in the words of the command
  }
  throw failure("failed to parse ufid");
}

/** What stands behind the flow on every datapath that has it. */
function detrace(ofproto: Ofproto, text: string): string {
  const ufid = ufidOf(text);
  const backers = ofproto.backers();
  const found = backers.flatMap((backer) => backer.flow(ufid) ?? []);
  if (found.length === 0)
    throw failure(
      backers.map(({ datapath }) => `UFID was not found for ${datapath.type}@${datapath.name}`).join("\n") ||
        "UFID was not found",
    );
  return found.map(({ effects }) => creditedBy(ofproto, effects)).join("");
}

/** From flows of a datapath back to OpenFlow. */
export const detraceCommands = (ofproto: Ofproto): readonly Command[] => [
  {
    name: "ofproto/detrace",
    usage: "UFID [pmd=PMD-ID]",
    minArgs: 1,
    maxArgs: 2,
    run: ([text = "", pmd]) => {
      // Flows are of no thread here: whichever is named has them.
      if (pmd !== undefined && !/^pmd=\d+$/.test(pmd)) throw failure("failed to parse pmd");
      return detrace(ofproto, text);
    },
  },
];
