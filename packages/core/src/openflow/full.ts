/** The codec of every message that there is. */
import { Codec } from "./codec.ts";
import { bundleForms } from "./messages/bundle.ts";
import { CONTROL_FORMS } from "./messages/control.ts";
import { CT_FLUSH_FORMS } from "./messages/ct-flush.ts";
import { FEATURES_FORMS } from "./messages/features.ts";
import { FLOW_FORMS } from "./messages/flow.ts";
import { FLOW_FORMAT_FORMS } from "./messages/flow-format.ts";
import { MONITOR_FORMS, MONITOR_KINDS } from "./messages/flow-monitor.ts";
import { GROUP_FORMS } from "./messages/group.ts";
import { IPFIX_KINDS } from "./messages/ipfix.ts";
import { LIFE_FORMS } from "./messages/life.ts";
import { PACKET_FORMS } from "./messages/packet.ts";
import { PORT_FORMS } from "./messages/port.ts";
import { FLOW_KINDS } from "./messages/stats-flow.ts";
import { GROUP_KINDS } from "./messages/stats-group.ts";
import { PORT_KINDS } from "./messages/stats-port.ts";
import { TABLE_KINDS } from "./messages/stats-table.ts";

/** Knows every message. */
export const fullCodec = new Codec({
  forms: [
    ...LIFE_FORMS,
    ...FEATURES_FORMS,
    ...PACKET_FORMS,
    ...FLOW_FORMS,
    ...FLOW_FORMAT_FORMS,
    ...PORT_FORMS,
    ...GROUP_FORMS,
    ...CONTROL_FORMS,
    ...CT_FLUSH_FORMS,
    ...MONITOR_FORMS,
  ],
  kinds: [...FLOW_KINDS, ...PORT_KINDS, ...TABLE_KINDS, ...GROUP_KINDS, ...MONITOR_KINDS, ...IPFIX_KINDS],
  holders: bundleForms,
});

/** As `Codec.decodeFrame`, of all messages. */
export const decodeFrame: Codec["decodeFrame"] = (octets, options) => fullCodec.decodeFrame(octets, options);
/** As `Codec.encodeFrame`, of all messages. */
export const encodeFrame: Codec["encodeFrame"] = (frame, options) => fullCodec.encodeFrame(frame, options);
/** As `Codec.encodeMany`, of all messages. */
export const encodeMany: Codec["encodeMany"] = (frame, options) => fullCodec.encodeMany(frame, options);
/** As `Codec.encodeError`, of all messages. */
export const encodeError: Codec["encodeError"] = (error, request, version) =>
  fullCodec.encodeError(error, request, version);
