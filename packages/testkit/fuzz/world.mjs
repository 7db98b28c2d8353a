// A world: bridges, tables and packets, all from a seed; and what of the answers must be the same.
import { randomActions, randomGroups } from "./action.mjs";
import { frameFlow, frameHex, randomFrame } from "./frame.mjs";
import { randomMatch } from "./match.mjs";
import { Random } from "./random.mjs";

const PORTS = [1, 2, 3, 4, 5, 6, 7, 8];
const TABLES = 4;
const PRIORITIES = [1, 100, 1000, 32700];
const CASES_PER_WORLD = 100;

/** Bridges, ports of each VLAN mode, a patch to a second bridge: one transaction after the other. */
const OPENFLOW = "protocols=OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15";
export const CONFIG = [
  `set open_vswitch . other_config:vlan-limit=2`,
  `add-br br0 -- set bridge br0 datapath_type=dummy fail_mode=secure other-config:hwaddr=aa:55:aa:55:00:00 ${OPENFLOW}`,
  ...[
    "",
    "",
    "tag=10",
    "trunks=10,20",
    "vlan_mode=native-tagged tag=10 trunks=20",
    "vlan_mode=native-untagged tag=10",
    "vlan_mode=dot1q-tunnel tag=20 cvlans=10,11 other-config:qinq-ethtype=802.1q",
  ].map((columns, i) => {
    const name = `p${i + 1}`;
    const vlan = columns && `-- set port ${name} ${columns} `;
    return `add-port br0 ${name} ${vlan}-- set interface ${name} type=dummy ofport_request=${i + 1}`;
  }),
  `add-br br1 -- set bridge br1 datapath_type=dummy fail_mode=secure other-config:hwaddr=aa:66:aa:66:00:00 ${OPENFLOW}`,
  "add-port br0 patch0 -- set interface patch0 type=patch options:peer=patch1 ofport_request=8",
  "add-port br1 patch1 -- set interface patch1 type=patch options:peer=patch0 ofport_request=1",
  "add-port br1 q2 -- set interface q2 type=dummy ofport_request=2",
].map((line) => line.split(" "));

/** What a world is made of, all from its seed: groups, flows of both bridges, cases. */
export function makeWorld(seed) {
  const random = new Random(seed);
  const frames = Array.from({ length: 6 }, () => randomFrame(random));
  const groups = randomGroups(random, { ports: PORTS });
  // Which of two flows of one priority wins is nobody's promise: no priority comes twice.
  let rank = 0;
  const flowOf = (table, ports, tables, withGroups) => {
    const frame = random.pick(frames);
    const match = randomMatch(random, frame, ports);
    return {
      head: [
        `table=${table}`,
        `priority=${random.pick(PRIORITIES) + rank++}`,
        ...(random.oneIn(4) ? [`cookie=0x${random.between(1, 255).toString(16)}`] : []),
      ],
      match,
      actions: randomActions(random, {
        table,
        tables,
        ports,
        groups: withGroups ? [1, 2, 3, 4, 5] : [],
        meters: [1],
        protocol: frame,
      }),
    };
  };
  const flows = Array.from({ length: random.between(3, 25) }, () =>
    flowOf(random.pick([0, 0, 1, 2, 3]), PORTS, TABLES, true),
  );
  const peer = Array.from({ length: random.between(1, 5) }, () => flowOf(random.pick([0, 0, 1]), [1, 2], 2, false));
  // Most packets meet some flow: a table often has one for all of them, or for all of a port.
  for (let table = 0; table < TABLES; table++)
    for (const match of [[], [`in_port=${random.between(1, 7)}`]])
      if (!random.oneIn(4)) flows.push({ ...flowOf(table, PORTS, TABLES, true), match });
  for (let table = 0; table < 2; table++)
    if (!random.oneIn(3)) peer.push({ ...flowOf(table, [1, 2], 2, false), match: [] });
  if (random.oneIn(3)) flows.push(...conjunctive(random, frames, flowOf));
  const cases = Array.from({ length: CASES_PER_WORLD }, () =>
    makeCase(random, random.oneIn(5) ? randomFrame(random) : random.pick(frames)),
  );
  return { seed, groups, flows, peer, cases };
}

/** Flows of a conjunctive match of two clauses, and what happens to packets that meet both. */
function conjunctive(random, frames, flowOf) {
  const table = random.below(TABLES);
  const id = random.between(1, 2);
  const head = [`table=${table}`, `priority=${random.pick([90, 900, 40000])}`];
  const clauses = Array.from({ length: random.between(2, 5) }, (_, i) => ({
    head,
    match: randomMatch(random, random.pick(frames), PORTS),
    actions: [`conjunction(${id},${(i % 2) + 1}/2)`],
  }));
  return [...clauses, { ...flowOf(table, PORTS, TABLES, true), head, match: [`conj_id=${id}`] }];
}

function makeCase(random, frame) {
  const inPort = random.pick([1, 2, 3, 4, 5, 6, 7]);
  const flow = frameFlow(frame, inPort);
  const extra = random.oneIn(6)
    ? `,${random.pick(["reg0=1", "reg1=2,reg5=0x105", "metadata=2", "pkt_mark=1", "skb_priority=0x5", "tun_id=5", "tun_id=5,tun_src=10.0.0.1,tun_dst=10.0.0.2", "ct_state=trk|est,ct_mark=1", "ct_state=trk|new,ct_zone=1,ct_label=0x1"])}`
    : "";
  const ct = random.oneIn(4)
    ? ["--ct-next", random.pick(["trk,est", "trk,new", "trk,est,rpl", "trk,inv", "trk,rel,new"])]
    : [];
  return random.weighted([
    [4, () => ["ofproto/trace", "br0", flow + extra, ...ct]],
    [2, () => ["ofproto/trace", "br0", flow + extra, ...ct, "-generate"]],
    [4, () => ["ofproto/trace", "br0", `in_port=${inPort}`, ...ct, frameHex(frame)]],
    [2, () => ["ofproto/trace", "br0", `in_port=${inPort}${extra}`, ...ct, hostile(random, frameHex(frame))]],
    [1, () => ["ofproto/trace", ...ct, "br0", `in_port=p${inPort}`, "--names", frameHex(frame)]],
    [
      1,
      () => [
        "ofproto/trace-packet-out",
        ...ct,
        "br0",
        flow,
        randomActions(random, {
          table: 0,
          tables: TABLES,
          ports: PORTS,
          groups: [1, 2],
          meters: [],
          protocol: frame,
          depth: 1,
        }).join(",") || "drop",
      ],
    ],
  ])();
}

/** A packet that ends too early, goes on too long, or has an octet that is not what it was. */
function hostile(random, packet) {
  const octets = packet.length / 2;
  const spoil = () => {
    const at = random.between(12, octets - 1) * 2;
    return packet.slice(0, at) + random.hex(1) + packet.slice(at + 2);
  };
  return random.weighted([
    [4, () => packet.slice(0, random.between(13, octets) * 2)],
    [5, spoil],
    [1, () => packet + random.hex(random.between(1, 40))],
  ])();
}

/** A flow as add-flow takes it. */
export const flowText = ({ head, match, actions }) =>
  `${[...head, ...match].join(",")},actions=${actions.join(",") || "drop"}`;

/** Whether `parse-flow` reads a flow and OpenFlow 1.5 has a form for it, by what it said. */
export const isReadable = (said) => /^usable protocols: .*(any|OXM|OpenFlow15)/m.test(said);

/** Numbers that are given out in order of need become numbers in order of appearance. */
export function normalize(text) {
  const seen = new Map();
  return (
    text
      .replace(/((?:recirc|recirc_id|resume conntrack with)[(=])(0x[0-9a-f]+|[1-9][0-9]*)/g, (_all, before, id) => {
        const number = Number(id);
        if (!seen.has(number)) seen.set(number, seen.size + 1);
        return `${before}#${seen.get(number)}`;
      })
      .replace(/^[-0-9]+T[0-9:.]+Z\|[0-9]+\|/gm, "")
      .replace(/duration=[0-9.]+s/g, "duration=T")
      .replace(/(idle|hard)_age=[0-9]+, /g, "")
      .replace(/ \(xid=0x[0-9a-f]+\)/g, "")
      // A message that the reference's client cannot read is shown as it came, flows in no promised order.
      .replace(/^[0-9a-f]{8} ( [0-9a-f]{2}|-[0-9a-f]{2}){1,16} .*$/gm, "")
  );
}

/** Lines whose order is nobody's promise. */
export const sorted = (text) => text.split("\n").sort().join("\n");
