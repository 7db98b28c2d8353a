import { type FlowKey, WORD } from "#flow";
import { type Tags, tagOf } from "#l2";

/** The two outermost tags of the packet as the pipeline sees it. */
export const tagsOf = (key: FlowKey): Tags => [tagOf(key[WORD.vlan0] as number), tagOf(key[WORD.vlan1] as number)];
