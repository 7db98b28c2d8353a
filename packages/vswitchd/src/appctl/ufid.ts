import { createHash } from "node:crypto";
import type { FlowKey, FlowMask } from "@vswitch/core/flow";

/** A name for a flow that was made by hand: the same key and mask give the same 32 digits. */
export const ufidOf = (key: FlowKey, mask: FlowMask): string =>
  createHash("md5")
    .update(new Uint8Array(key.buffer, key.byteOffset, key.byteLength))
    .update(new Uint8Array(mask.buffer, mask.byteOffset, mask.byteLength))
    .digest("hex");
