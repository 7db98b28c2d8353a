/** The table of commands. Code is loaded with the command that needs it. */
import type { Verb } from "./verb.ts";

const MANY = Number.POSITIVE_INFINITY;
const dumps = () => import("./verbs/dump.ts");
const flows = () => import("./verbs/flows.ts");
const shows = () => import("./verbs/show.ts");
const groups = () => import("./verbs/groups.ts");
const meters = () => import("./verbs/meters.ts");
const ports = () => import("./verbs/ports.ts");
const packets = () => import("./verbs/packets.ts");
const monitors = () => import("./verbs/monitor.ts");
const extensions = () => import("./verbs/extensions.ts");
const parsing = () => import("./verbs/parse.ts");
const captures = () => import("./verbs/capture.ts");
const peers = () => import("./verbs/peers.ts");
const offline = () => import("./verbs/offline.ts");
const explaining = () => import("./verbs/explain.ts");
const asking = () => import("./verbs/why.ts");
const bulk = () => import("./verbs/bulk.ts");

// biome-ignore format: one row a line reads as the table it is
export const VERBS: Readonly<Record<string, Verb>> = {
  show: { args: "switch", arity: [1, 1], load: async () => (await shows()).show },
  monitor: { args: "switch [misslen] [invalid_ttl] [watch:[...]]", arity: [1, 3], load: async () => (await monitors()).monitor },
  snoop: { args: "switch", arity: [1, 1], load: async () => (await monitors()).snoop },
  "dump-desc": { args: "switch", arity: [1, 1], load: async () => (await shows()).dumpDesc },
  "dump-tables": { args: "switch", arity: [1, 1], load: async () => (await shows()).dumpTables },
  "dump-table-features": { args: "switch", arity: [1, 1], load: async () => (await shows()).dumpTableFeatures },
  "dump-table-desc": { args: "switch", arity: [1, 1], load: async () => (await shows()).dumpTableDesc },
  "dump-flows": { args: "switch", arity: [1, 2], frugal: true, load: async () => (await dumps()).dumpFlows },
  "dump-aggregate": { args: "switch", arity: [1, 2], frugal: true, load: async () => (await dumps()).dumpAggregate },
  "queue-stats": { args: "switch [port [queue]]", arity: [1, 3], load: async () => (await ports()).queueStats },
  "queue-get-config": { args: "switch [port]", arity: [1, 2], load: async () => (await ports()).queueGetConfig },
  "add-flow": { args: "switch flow", arity: [2, 2], writes: true, frugal: true, load: async () => (await flows()).addFlow },
  "add-flows": { args: "switch file", arity: [2, 2], writes: true, frugal: true, load: async () => (await flows()).addFlows },
  "mod-flows": { args: "switch flow", arity: [2, 2], writes: true, frugal: true, load: async () => (await flows()).modFlows },
  "del-flows": { args: "switch [flow]", arity: [1, 2], writes: true, frugal: true, load: async () => (await flows()).delFlows },
  "replace-flows": { args: "switch file", arity: [2, 2], writes: true, load: async () => (await bulk()).replaceFlows },
  "diff-flows": { args: "source1 source2", arity: [2, 2], writes: true, load: async () => (await bulk()).diffFlows },
  "dump-ports": { args: "switch [port]", arity: [1, 2], load: async () => (await ports()).dumpPorts },
  "dump-ports-desc": { args: "switch [port]", arity: [1, 2], load: async () => (await ports()).dumpPortsDesc },
  "mod-port": { args: "switch iface act", arity: [3, 3], writes: true, load: async () => (await ports()).modPort },
  "mod-table": { args: "switch mod", arity: [3, 3], writes: true, load: async () => (await shows()).modTable },
  "get-frags": { args: "switch", arity: [1, 1], load: async () => (await shows()).getFrags },
  "set-frags": { args: "switch frag_mode", arity: [2, 2], writes: true, load: async () => (await shows()).setFrags },
  probe: { args: "target", arity: [1, 1], load: async () => (await peers()).probe },
  ping: { args: "target [n]", arity: [1, 2], load: async () => (await peers()).ping },
  benchmark: { args: "target n count", arity: [3, 3], load: async () => (await peers()).benchmark },
  "dump-ipfix-bridge": { args: "switch", arity: [1, 1], load: async () => (await shows()).dumpIpfixBridge },
  "dump-ipfix-flow": { args: "switch", arity: [1, 1], load: async () => (await shows()).dumpIpfixFlow },
  "ct-flush-zone": { args: "switch zone", arity: [2, 2], writes: true, load: async () => (await peers()).ctFlushZone },
  "ct-flush": { args: "switch [zone=N] [ct-orig-tuple [ct-reply-tuple]]", arity: [1, 6], writes: true, load: async () => (await extensions()).ctFlush },
  "packet-out": { args: 'switch "in_port=<port> packet=<hex data> actions=..."', arity: [2, MANY], writes: true, load: async () => (await packets()).packetOut },
  "ofp-parse": { args: "file", arity: [1, 1], load: async () => (await offline()).ofpParse },
  "ofp-parse-pcap": { args: "pcap", arity: [1, MANY], load: async () => (await captures()).ofpParsePcap },
  "add-group": { args: "switch group", arity: [1, 2], writes: true, load: async () => (await groups()).addGroup },
  "add-groups": { args: "switch file", arity: [1, 2], writes: true, load: async () => (await groups()).addGroups },
  "mod-group": { args: "switch group", arity: [1, 2], writes: true, load: async () => (await groups()).modGroup },
  "del-groups": { args: "switch [group]", arity: [1, 2], writes: true, load: async () => (await groups()).delGroups },
  "insert-buckets": { args: "switch [group]", arity: [1, 2], writes: true, load: async () => (await groups()).insertBuckets },
  "remove-buckets": { args: "switch [group]", arity: [1, 2], writes: true, load: async () => (await groups()).removeBuckets },
  "dump-groups": { args: "switch [group]", arity: [1, 2], load: async () => (await groups()).dumpGroups },
  "dump-group-stats": { args: "switch [group]", arity: [1, 2], load: async () => (await groups()).dumpGroupStats },
  "dump-group-features": { args: "switch", arity: [1, 1], load: async () => (await groups()).dumpGroupFeatures },
  bundle: { args: "switch file", arity: [2, 2], writes: true, load: async () => (await bulk()).bundle },
  "add-tlv-map": { args: "switch map", arity: [2, 2], writes: true, load: async () => (await extensions()).addTlvMap },
  "del-tlv-map": { args: "switch [map]", arity: [1, 2], writes: true, load: async () => (await extensions()).delTlvMap },
  "dump-tlv-map": { args: "switch", arity: [1, 1], load: async () => (await extensions()).dumpTlvMap },
  "add-meter": { args: "switch meter", arity: [2, 2], writes: true, load: async () => (await meters()).addMeter },
  "mod-meter": { args: "switch meter", arity: [2, 2], writes: true, load: async () => (await meters()).modMeter },
  "del-meter": { args: "switch meter", arity: [1, 2], writes: true, load: async () => (await meters()).delMeters },
  "del-meters": { args: "switch", arity: [1, 2], writes: true, load: async () => (await meters()).delMeters },
  "dump-meter": { args: "switch meter", arity: [1, 2], load: async () => (await meters()).dumpMeters },
  "dump-meters": { args: "switch", arity: [1, 2], load: async () => (await meters()).dumpMeters },
  "meter-stats": { args: "switch [meter]", arity: [1, 2], load: async () => (await meters()).meterStats },
  "meter-features": { args: "switch", arity: [1, 1], load: async () => (await meters()).meterFeatures },
  "list-commands": { args: "", arity: [0, MANY], load: async () => (await offline()).listCommands },
  help: { args: "", arity: [0, MANY], load: async () => (await offline()).help },
  "parse-flow": { args: "", arity: [1, 1], load: async () => (await offline()).parseFlow },
  "parse-flows": { args: "", arity: [1, 1], load: async () => (await offline()).parseFlows },
  "parse-group": { args: "", arity: [1, 1], load: async () => (await offline()).parseGroup },
  "parse-nx-match": { args: "", arity: [0, 0], load: async () => (await parsing()).parseNxm },
  "parse-nxm": { args: "", arity: [0, 0], load: async () => (await parsing()).parseNxm },
  "parse-oxm": { args: "", arity: [1, 1], load: async () => (await parsing()).parseOxm },
  "parse-actions": { args: "", arity: [1, 1], load: async () => (await parsing()).parseActionLines },
  "parse-instructions": { args: "", arity: [1, 1], load: async () => (await parsing()).parseInstructionLines },
  "parse-ofp10-match": { args: "", arity: [0, 0], load: async () => (await parsing()).parseOfp10Match },
  "parse-ofp11-match": { args: "", arity: [0, 0], load: async () => (await parsing()).parseOfp11Match },
  "parse-pcap": { args: "", arity: [1, MANY], load: async () => (await captures()).parsePcap },
  "check-vlan": { args: "", arity: [2, 2], load: async () => (await parsing()).checkVlan },
  "print-error": { args: "", arity: [1, 1], load: async () => (await offline()).printError },
  "encode-error-reply": { args: "", arity: [2, 2], load: async () => (await offline()).encodeErrorReply },
  "ofp-print": { args: "", arity: [1, 2], load: async () => (await offline()).ofpPrint },
  explain: { args: "hex...", arity: [1, MANY], own: true, load: async () => (await explaining()).explain },
  why: { args: "bridge 'A > B[, flow]'", arity: [2, 2], own: true, load: async () => (await asking()).why },
  "encode-hello": { args: "", arity: [1, 1], load: async () => (await offline()).encodeHello },
  "parse-key-value": { args: "", arity: [1, MANY], load: async () => (await parsing()).parseKeyValue },
  "compose-packet": { args: "", arity: [1, 2], load: async () => (await captures()).composePacket },
  "parse-packet": { args: "", arity: [0, 0], load: async () => (await captures()).parsePacket },
};
