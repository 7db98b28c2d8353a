/**
 * The codec at work: at first the frugal one, which knows flows, and the one that knows all messages as soon as a
 * command needs it or the peer says something else. Thousands of commands never load the second.
 */
import { type Codec, frugalCodec } from "@vswitch/core/openflow";

let codec: Codec = frugalCodec();

/** From here on all messages are known. */
export async function allMessages(): Promise<typeof import("./all-messages.ts")> {
  const all = await import("./all-messages.ts");
  codec = all.fullCodec;
  return all;
}

export const encodeFrame: Codec["encodeFrame"] = (frame, options) => codec.encodeFrame(frame, options);
/** For octets that are `known`, or after `allMessages`. */
export const decodeFrame: Codec["decodeFrame"] = (octets, options) => codec.decodeFrame(octets, options);
/** Whether the codec at work can read that message. */
export const knows = (octets: Uint8Array): boolean => codec.knows(octets);
