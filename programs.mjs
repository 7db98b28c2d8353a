// Every program of the suite: where its entry point is and the other names it goes by.
// scripts/build.mjs makes bin/ from this list; docs and tests read it too.
// `quick`: commands that scripts run thousands of times: bin/NAME is a launcher of libexec/NAME.cjs with V8's code cache
// beside it, which the build fills by running these command lines, in this order, against daemons of its own: the first
// that loads a file fills its cache.
// `flags`: what Node is given besides, for a daemon whose memory V8's defaults do not suit.
// `cached`: programs that the build runs anyway, as those daemons or to set them up, are launched in the same way.
// `split`: what the entry point imports later stands in files of its own (scripts/split.mjs), but for these sources.

/**
 * For a server of many small requests, of each of which nearly nothing stays: a new generation of 8 MB from the first
 * moment (V8 would begin with 1 MB and go to 16, which makes its longest pause twice as long), scavenged by the main
 * thread alone, for waking helpers and waiting until they are through costs more than so small a work. What a row keeps
 * is made by the same lines of code as what a request drops: nothing is guessed to be old when it is made.
 */
const SMALL_REQUESTS = [
  "--no-parallel-scavenge",
  "--min-semi-space-size=8",
  "--max-semi-space-size=8",
  "--no-allocation-site-pretenuring",
];

export const PROGRAMS = [
  {
    name: "ovs-vsctl",
    aliases: ["vsctl"],
    entry: "packages/vsctl/src/main.ts",
    quick: [["--may-exist", "add-br", "br0", "--", "get", "bridge", "br0", "name", "--", "list-br"]],
  },
  {
    name: "ovs-ofctl",
    aliases: ["ofctl"],
    entry: "packages/ofctl/src/main.ts",
    quick: [
      ["dump-flows", "br0"],
      ["add-flow", "br0", "priority=7,ip,nw_dst=10.0.0.0/8,actions=mod_vlan_vid:5,output:1"],
    ],
    split: ["packages/ofctl/src/verbs/dump.ts"],
  },
  { name: "ovs-dpctl", aliases: ["dpctl"], entry: "packages/dpctl/src/main.ts", quick: [["show"]] },
  { name: "ovs-appctl", aliases: ["appctl"], entry: "packages/appctl/src/main.ts", quick: [["fdb/show", "br0"]] },
  { name: "ovs-pki", aliases: ["pki"], entry: "packages/pki/src/main.ts" },
  { name: "ovs-vswitchd", aliases: [], entry: "packages/vswitchd/src/main.ts", cached: true },
  { name: "ovs-openflowd", aliases: [], entry: "packages/vswitchd/src/openflowd.ts" },
  { name: "ovsdb-server", aliases: [], entry: "packages/ovsdb/src/server.ts", cached: true, flags: SMALL_REQUESTS },
  { name: "ovsdb-client", aliases: [], entry: "packages/ovsdb/src/client.ts", quick: [["list-dbs"]] },
  { name: "ovsdb-tool", aliases: [], entry: "packages/ovsdb/src/tool.ts", cached: true },
  {
    name: "ovs-controller",
    aliases: ["ovs-testcontroller"],
    entry: "packages/controller/src/main.ts",
    cached: true,
  },
  { name: "ovsdbmonitor", aliases: [], entry: "packages/monitor/src/main.ts" },
  { name: "ovs-brcompatd", aliases: [], entry: "packages/brcompat/src/brcompatd.ts" },
  { name: "brctl", aliases: [], entry: "packages/brcompat/src/brctl.ts" },
  { name: "ovs-tcpdump", aliases: [], entry: "packages/capture/src/tcpdump.ts" },
  { name: "ovs-pcap", aliases: [], entry: "packages/capture/src/pcap.ts" },
  { name: "ovs-tcpundump", aliases: [], entry: "packages/capture/src/tcpundump.ts" },
];

/** Code that a program loads only when it needs it, or runs in a worker: libexec/NAME.cjs. */
export const PARTS = [
  { name: "datapath-worker", entry: "packages/vswitchd/src/datapath-worker.ts" },
  { name: "oclif", entry: "packages/cli-kit/src/oclif.ts" },
  { name: "listen", entry: "packages/cli-kit/src/listen.ts" },
  { name: "ovsdb-client-stay", entry: "packages/ovsdb/src/client-stay.ts" },
  { name: "vsctl-beyond", entry: "packages/vsctl/src/beyond/part.ts" },
  { name: "x509", entry: "packages/pki/src/certificates.ts" },
];

/** Shell scripts that are programs: copied from host/ to share/openvswitch/scripts and linked in bin. */
export const SCRIPTS = ["ovs-ctl", "ovs-lib", "ovs-save"];
