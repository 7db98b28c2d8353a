// Random settings of bridges and ports that may differ from one stretch of worlds to the next: VLAN modes, protected
// ports, mirrors, flooded VLANs. Columns alone change; ports stay, since the order in which they came shows in floods.
import { Random } from "./random.mjs";

/** Worlds that share their settings. */
export const WORLDS_PER_SETTING = 8;

const MODES = [
  "",
  "",
  "tag=10",
  "tag=20",
  "trunks=10,20",
  "vlan_mode=native-tagged tag=10 trunks=20",
  "vlan_mode=native-untagged tag=10",
  "vlan_mode=native-untagged tag=20 trunks=10,20",
  "vlan_mode=dot1q-tunnel tag=20 cvlans=10,11 other-config:qinq-ethtype=802.1q",
  "vlan_mode=dot1q-tunnel tag=10",
  "tag=10 other-config:priority-tags=if-nonzero",
  "tag=20 other-config:priority-tags=always",
];

/**
 * One `ovs-vsctl` command line that puts all of the settings in the place of those before, from a seed; the stretch
 * of number 0 keeps what the bridges came with.
 */
export function settingsOf(seed, stretch) {
  if (stretch === 0) return undefined;
  const random = new Random(`${seed}.settings.${stretch}`);
  const words = ["clear bridge br0 mirrors flood_vlans"];
  for (let port = 1; port <= 7; port++) {
    words.push(`clear port p${port} tag trunks cvlans vlan_mode other_config`);
    const mode = random.pick(MODES);
    if (mode) words.push(`set port p${port} ${mode}`);
    words.push(`set port p${port} protected=${random.oneIn(5)}`);
  }
  if (random.oneIn(4)) words.push(`set bridge br0 flood_vlans=${random.pick(["10", "20", "10,20", "0"])}`);
  words.push(`set bridge br0 other_config:forward-bpdu=${random.oneIn(4)}`);
  words.push(`set open_vswitch . other_config:vlan-limit=${random.pick([2, 2, 2, 1])}`);
  if (random.oneIn(2)) words.push(...mirror(random));
  return words.join(" -- ").split(" ");
}

function mirror(random) {
  const port = () => random.between(1, 5);
  const select = random.pick([
    "select_all=true",
    `select_src_port=@p${port()}`,
    `select_dst_port=@p${port()}`,
    `select_src_port=@p${port()} select_dst_port=@p${port()}`,
    "select_all=true select_vlan=10",
    "select_vlan=10,20",
  ]);
  const to = random.pick(["output_port=@p6", "output_port=@p7", "output_vlan=12", "output_vlan=10"]);
  const snaplen = random.oneIn(3) ? " snaplen=100" : "";
  const ids = new Set(`${select} ${to}`.match(/@p[0-9]/g));
  return [
    ...[...ids].map((id) => `--id=${id} get port ${id.slice(1)}`),
    `--id=@m create mirror name=m0 ${select} ${to}${snaplen}`,
    "set bridge br0 mirrors=@m",
  ];
}
