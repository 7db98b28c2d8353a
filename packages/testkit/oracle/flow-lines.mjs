// Compares how Open vSwitch's ovs-ofctl and ours read and print flows: `node packages/testkit/oracle/flow-lines.mjs
// [COUNT [SEED]]`. Random flow lines go through `parse-flows` of both, a batch at a time, in several versions; what
// each prints, standard output and error, must be the same. Exit status 1 when something differs.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
const REFERENCE = `${process.env.OVS_REF_BIN ?? "/usr/bin"}/ovs-ofctl`;
const OURS = path.join(root, "bin/ovs-ofctl");
const VERSIONS = ["OpenFlow10", "OpenFlow11", "OpenFlow12", "OpenFlow13", "OpenFlow14", "OpenFlow15"];
const BATCH = 250;

/** A generator of numbers that gives the same ones for the same seed (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const next = random(Number(process.argv[3] ?? 1));
const below = (n) => Math.floor(next() * n);
const one = (list) => list[below(list.length)];
const some = (list, most) => Array.from({ length: 1 + below(most) }, () => one(list)());
const hex = (bits) => `0x${Math.floor(next() * 2 ** Math.min(bits, 52)).toString(16)}`;
const mac = () => Array.from({ length: 6 }, () => below(256).toString(16).padStart(2, "0")).join(":");
const ip = () => Array.from({ length: 4 }, () => below(256)).join(".");
const ip6 = () => `fe80::${below(65536).toString(16)}:${below(65536).toString(16)}`;
const maybe = (text, chance = 0.5) => (next() < chance ? text() : "");

const MATCHES = {
  any: [
    () => `in_port=${1 + below(100)}`,
    () => `dl_src=${mac()}`,
    () => `dl_dst=${mac()}${maybe(() => "/ff:ff:ff:00:00:00", 0.3)}`,
    () => `dl_vlan=${below(4096)}`,
    () => `reg${below(8)}=${hex(32)}${maybe(() => `/${hex(32)}`, 0.3)}`,
    () => `metadata=${hex(40)}`,
    () => `tun_id=${hex(24)}`,
    () => `pkt_mark=${hex(16)}`,
    () => `vlan_tci=${hex(13)}/${hex(13)}`,
    () => `ct_state=${one(["+trk", "+trk+est", "-new+trk"])}`,
    () => `tun_src=${ip()}`,
  ],
  ip: [
    () => `nw_src=${ip()}/${1 + below(32)}`,
    () => `nw_dst=${ip()}`,
    () => `nw_tos=${below(64) * 4}`,
    () => `nw_ttl=${below(256)}`,
    () => `nw_frag=${one(["no", "yes", "first", "later", "not_later"])}`,
  ],
  ipv6: [() => `ipv6_src=${ip6()}/${16 + below(112)}`, () => `ipv6_dst=${ip6()}`, () => `ipv6_label=${hex(20)}`],
  arp: [() => `arp_spa=${ip()}`, () => `arp_op=${1 + below(2)}`, () => `arp_sha=${mac()}`],
};
const PORTS = [() => `tp_src=${below(65536)}`, () => `tp_dst=${below(65536)}${maybe(() => "/0xfff0", 0.2)}`];
const KINDS = {
  "": [],
  ip: MATCHES.ip,
  tcp: [...MATCHES.ip, ...PORTS],
  udp: PORTS,
  ipv6: MATCHES.ipv6,
  tcp6: PORTS,
  arp: MATCHES.arp,
  icmp: MATCHES.ip,
};

const ACTIONS = [
  () => `output:${1 + below(200)}`,
  () => one(["normal", "flood", "all", "local", "in_port", "controller", "controller:128"]),
  () => `output(port=${1 + below(9)},max_len=${14 + below(1000)})`,
  () => `output:NXM_NX_REG${below(8)}[0..15]`,
  () => `mod_vlan_vid:${below(4096)}`,
  () => `mod_vlan_pcp:${below(8)}`,
  () => `mod_dl_src:${mac()}`,
  () => `set_field:${mac()}->eth_dst`,
  () => `set_field:${hex(32)}->reg${below(8)}`,
  () => `set_field:${hex(16)}/0xffff->reg${below(8)}`,
  () => `load:${hex(8)}->NXM_NX_REG${below(8)}[${8 * below(3)}..${8 * below(3) + 15}]`,
  () => `load:${hex(40)}->OXM_OF_METADATA[]`,
  () => `move:NXM_NX_REG${below(8)}[0..7]->NXM_NX_REG${below(8)}[8..15]`,
  () => `set_tunnel:${hex(one([24, 40]))}`,
  () => `resubmit(,${below(254)})`,
  () => `resubmit(${1 + below(9)},${below(254)})`,
  () => `group:${below(1000)}`,
  () => `enqueue:${1 + below(9)}:${below(9)}`,
  () => `set_queue:${below(9)}`,
  () => `note:${hex(16).slice(2).padStart(4, "0")}`,
  () => `push:NXM_NX_REG${below(8)}[]`,
  () => `bundle(eth_src,${below(99)},hrw,ofport,members:1,2,${3 + below(9)})`,
  () =>
    `multipath(${one(["eth_src", "symmetric_l4"])},${below(99)},${one(["hrw", "modulo_n"])},4,0,NXM_NX_REG${below(8)}[0..7])`,
  () => `learn(table=${below(99)},hard_timeout=${below(99)},NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])`,
  () => `clone(output:${1 + below(9)},resubmit(,${below(99)}))`,
  () => `check_pkt_larger(${below(9000)})->NXM_NX_REG0[${below(32)}]`,
  () =>
    `sample(probability=${1 + below(65535)},collector_set_id=${below(9)},obs_domain_id=${below(9)},obs_point_id=${below(9)})`,
  () => "ct_clear",
];
const IP_ACTIONS = [
  () => "dec_ttl",
  () => `mod_nw_tos:${below(64) * 4}`,
  () => `ct(commit,zone=${below(65536)},exec(load:${hex(16)}->NXM_NX_CT_MARK[]))`,
  () => `ct(table=${below(250)},zone=NXM_NX_REG${below(8)}[0..15]${maybe(() => ",nat")})`,
];

/** A line that nearly always reads well. */
function line() {
  const kind = one(Object.keys(KINDS));
  const fields = [
    maybe(() => `table=${below(254)}`),
    maybe(() => `priority=${below(65536)}`),
    maybe(() => `cookie=${hex(48)}`, 0.3),
    maybe(() => `idle_timeout=${below(100)}`, 0.2),
    maybe(() => one(["send_flow_rem", "check_overlap"]), 0.2),
    kind,
    ...(next() < 0.7 ? some(MATCHES.any, 3) : []),
    ...(KINDS[kind].length && next() < 0.8 ? some(KINDS[kind], 3) : []),
  ].filter(Boolean);
  const isIp = kind && kind !== "arp";
  return `${[...new Set(fields)].join(",")}${fields.length ? "," : ""}actions=${some(isIp ? [...ACTIONS, ...IP_ACTIONS] : ACTIONS, 4).join(",")}`;
}

async function answer(program, version, file) {
  try {
    const { stdout, stderr } = await run(program, ["-O", version, "-vconsole:off", "parse-flows", file], {
      maxBuffer: 1 << 26,
    });
    return { text: stdout + stderr, status: 0 };
  } catch (error) {
    return { text: `${error.stdout}${error.stderr}`, status: error.code };
  }
}

const folder = await mkdtemp(path.join(tmpdir(), "flow-lines."));
const count = Number(process.argv[2] ?? 3000);
let differ = 0;
let compared = 0;
for (let at = 0; at < count; at += BATCH) {
  const file = path.join(folder, "flows");
  let lines = Array.from({ length: Math.min(BATCH, count - at) }, line);
  // A line that the reference refuses ends its run: both must say the same, then it goes.
  for (;;) {
    await writeFile(file, `${lines.join("\n")}\n`);
    const theirs = await answer(REFERENCE, "OpenFlow13", file);
    const bad = /flows:(\d+): /.exec(theirs.text)?.[1];
    if (bad === undefined) break;
    const refused = lines[Number(bad) - 1];
    await writeFile(file, `${refused}\n`);
    const [a, b] = [await answer(REFERENCE, "OpenFlow13", file), await answer(OURS, "OpenFlow13", file)];
    compared++;
    if (a.text !== b.text) {
      differ++;
      console.log(`refused: ${refused}\n- ${a.text}+ ${b.text}`);
    }
    lines = lines.filter((l) => l !== refused);
  }
  for (const version of VERSIONS) {
    const protocol = version === "OpenFlow10" ? lines.filter((l) => !/metadata|reg\d=|write_/.test(l)) : lines;
    await writeFile(file, `${protocol.join("\n")}\n`);
    const [a, b] = [await answer(REFERENCE, version, file), await answer(OURS, version, file)];
    compared += protocol.length;
    if (a.text === b.text && a.status === b.status) continue;
    const [theirs, ours] = [a.text.split("\n"), b.text.split("\n")];
    theirs.forEach((text, i) => {
      if (text === ours[i]) return;
      differ++;
      if (differ < 30) console.log(`${version}: ${protocol[i - 2] ?? ""}\n- ${text}\n+ ${ours[i]}`);
    });
  }
}
await rm(folder, { recursive: true });
console.log(`${compared} compared, ${differ} differ`);
process.exitCode = differ ? 1 : 0;
