import { defineErrors } from "#lib";

/** What goes wrong in asking a switch, by users; what OpenFlow peers ask wrong is an `ofError` of #openflow. */
export const ofprotoErrors = defineErrors({
  /** There is no such type of datapath; strerror's text for it. */
  "ofproto/unknown-datapath": { message: (_: { type: string }) => "Address family not supported by protocol" },
  "ofproto/switch-exists": { message: (c: { name: string }) => `${c.name}: bridge exists` },
  "ofproto/text": { message: (c: { text: string }) => c.text },
});

/** A failure whose text a user reads as it is. */
export const failure = (text: string) => ofprotoErrors.make("ofproto/text", { text });
