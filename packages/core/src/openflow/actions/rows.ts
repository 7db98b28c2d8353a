import { CONNTRACK_ROWS } from "./conntrack.ts";
import { CONTROL_ROWS, HASH_ROWS } from "./control.ts";
import { HEADER_ROWS } from "./header.ts";
import { INSTRUCTION_ROWS } from "./instruction-rows.ts";
import { LEARN_ROWS } from "./learn.ts";
import { OUTPUT_ROWS } from "./output.ts";
import type { ActionRow } from "./row.ts";
import { SET_FIELD_ROWS } from "./set-field.ts";

/** Every action with every wire form it has. */
export const ACTION_ROWS: readonly ActionRow[] = [
  ...OUTPUT_ROWS,
  ...HEADER_ROWS,
  ...SET_FIELD_ROWS,
  ...CONTROL_ROWS,
  ...HASH_ROWS,
  ...LEARN_ROWS,
  ...CONNTRACK_ROWS,
  ...INSTRUCTION_ROWS,
];
