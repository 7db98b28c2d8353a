// The layers of packages/core/src, bottom first. A folder may import folders of rows above its own in this
// list (the lower layers), never one of its own row or of a later row; .dependency-cruiser.mjs enforces it.
export const LAYERS = [
  ["lib"],
  ["wire", "stream", "packet", "netlink"],
  ["flow", "jsonrpc"],
  ["tunnel", "route"],
  ["classifier", "openflow", "ovsdb", "netdev", "l2", "conntrack"],
  ["datapath"],
  ["ofproto"],
  ["bridge"],
];

/** Packages, bottom first: each may import those of earlier rows only. */
export const PACKAGES = [
  ["sys"],
  ["ebpf"],
  ["core"],
  ["cli-kit"],
  ["daemon-kit"],
  ["vsctl", "ofctl", "dpctl", "appctl", "pki", "vswitchd", "ovsdb", "controller", "monitor", "brcompat", "capture"],
  ["testkit"],
];

/** The packages and folders whose mains may pick providers. */
export const MAINS = ["packages/vswitchd", "packages/dpctl", "packages/testkit", "bench", "examples"];
