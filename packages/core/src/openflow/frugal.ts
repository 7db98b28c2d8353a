/** The codec of what a command about flows says and hears: a command that starts thousands of times reads no more code. */
import { Codec } from "./codec.ts";
import { FLOW_FORMS } from "./messages/flow.ts";
import { FLOW_FORMAT_FORMS } from "./messages/flow-format.ts";
import { LIFE_FORMS } from "./messages/life.ts";
import { FLOW_KINDS } from "./messages/stats-flow.ts";

/** Makes a codec of hellos, errors, echoes, barriers, flow mods and statistics of flows, and of nothing else. */
export const frugalCodec = (): Codec =>
  new Codec({ forms: [...LIFE_FORMS, ...FLOW_FORMS, ...FLOW_FORMAT_FORMS], kinds: FLOW_KINDS });
