// Two namespaces joined by each of: nothing but a veth pair, a Linux bridge, the reference's userspace datapath, ours in user space and in the kernel.
// TCP with default offloads (the reference: as it comes, which needs them off at the hosts, and with userspace-tso), one
// stream; 60-octet frames of 1 and of 1000 flows; ping.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { median, root, Side } from "./sides.mjs";

const SECONDS = 3;
const ROUNDS = 3;
const NAMES = { switch: "bench-sw", a: "bench-a", b: "bench-b" };
const ip = (...args) => execFileSync("ip", args, { encoding: "utf8" });
const inside = (name, ...argv) => spawnSync("ip", ["netns", "exec", name, ...argv], { encoding: "utf8" });

function hosts(bare) {
  for (const name of Object.values(NAMES)) ip("netns", "add", name);
  ip("-n", NAMES.switch, "link", "set", "lo", "up");
  for (const [i, name] of [NAMES.a, NAMES.b].entries()) {
    if (bare && i === 1) break;
    ip(
      "link",
      "add",
      "eth0",
      "netns",
      name,
      "address",
      `02:00:00:00:00:0${i + 1}`,
      "type",
      "veth",
      "peer",
      "name",
      bare ? "eth0" : `p${i}`,
      "netns",
      bare ? NAMES.b : NAMES.switch,
    );
  }
  if (bare) ip("-n", NAMES.b, "link", "set", "eth0", "address", "02:00:00:00:00:02");
  for (const [i, name] of [NAMES.a, NAMES.b].entries()) {
    ip("-n", name, "link", "set", "lo", "up");
    inside(name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1");
    ip("-n", name, "addr", "add", `10.1.0.${i + 1}/24`, "dev", "eth0");
    ip("-n", name, "link", "set", "eth0", "up");
    if (!bare) ip("-n", NAMES.switch, "link", "set", `p${i}`, "up");
  }
}
function gone() {
  for (const name of Object.values(NAMES)) {
    for (const pid of spawnSync("ip", ["netns", "pids", name], { encoding: "utf8" }).stdout.split("\n").filter(Boolean))
      process.kill(Number(pid), "SIGKILL");
    spawnSync("ip", ["netns", "del", name]);
  }
}
const offloads = (state) => {
  for (const name of [NAMES.a, NAMES.b]) inside(name, "ethtool", "-K", "eth0", "tx", state);
};

/** Gbit/s of one TCP stream; 0 when none gets through. */
async function tcp() {
  const server = spawn("ip", ["netns", "exec", NAMES.b, "iperf3", "-s", "-1"], { stdio: "ignore" });
  await sleep(300);
  const { stdout } = inside(
    NAMES.a,
    "timeout",
    "20",
    "iperf3",
    "-c",
    "10.1.0.2",
    "-t",
    String(SECONDS),
    "-J",
    "--connect-timeout",
    "3000",
  );
  server.kill();
  try {
    return JSON.parse(stdout).end.sum_received.bits_per_second / 1e9;
  } catch {
    return 0;
  }
}
const received = () => Number(inside(NAMES.b, "cat", "/proc/net/dev").stdout.match(/eth0:\s*\d+\s+(\d+)/)[1]);

/** Frames a second that arrive, in thousands, and a CPU-second of the switch's. */
function frames(flows, side) {
  const flood = path.join(root, "bench/flood.ts");
  const send = (seconds) =>
    inside(
      NAMES.a,
      process.execPath,
      path.join(root, "scripts/run-ts.mjs"),
      flood,
      "eth0",
      String(seconds),
      String(flows),
      "02:00:00:00:00:02",
      "02:00:00:00:00:01",
    );
  send(0.5); // what a first packet costs is not what is measured
  const before = received();
  const cpu = side?.cpuSeconds("ovs-vswitchd");
  send(SECONDS);
  const got = received() - before;
  return {
    rate: got / SECONDS / 1e3,
    perCpu: cpu === undefined ? undefined : got / 1e3 / (side.cpuSeconds("ovs-vswitchd") - cpu),
  };
}
function ping() {
  inside(NAMES.a, "ping", "-c", "3", "-i", "0.2", "10.1.0.2");
  return Number(
    /= [\d.]+\/([\d.]+)/.exec(inside(NAMES.a, "ping", "-c", "50", "-i", "0.01", "-q", "10.1.0.2").stdout)?.[1] ??
      Number.NaN,
  );
}

async function ovs(name, { tso = false, type = "netdev" } = {}, measure) {
  const side = new Side(name, { netns: NAMES.switch });
  try {
    side.startSwitch();
    if (tso) {
      side.run("ovs-vsctl", "--no-wait", "set", "Open_vSwitch", ".", "other_config:userspace-tso-enable=true");
      process.kill(side.pid("ovs-vswitchd"), "SIGKILL");
      await sleep(300);
      side.run(
        "ovs-vswitchd",
        `unix:${side.at("run/db.sock")}`,
        "--detach",
        "--no-chdir",
        "--pidfile",
        "--overwrite-pidfile",
        "-vconsole:off",
      );
    }
    side.run(
      "ovs-vsctl",
      "add-br",
      "br0",
      "--",
      "set",
      "bridge",
      "br0",
      `datapath_type=${type}`,
      "--",
      "add-port",
      "br0",
      "p0",
      "--",
      "add-port",
      "br0",
      "p1",
    );
    await sleep(500);
    return await measure(side);
  } finally {
    side.stop();
  }
}
function bridge() {
  ip("-n", NAMES.switch, "link", "add", "lb", "type", "bridge");
  for (const port of ["p0", "p1"]) ip("-n", NAMES.switch, "link", "set", port, "master", "lb");
  ip("-n", NAMES.switch, "link", "set", "lb", "up");
}

/** One kind of joint: hosts up, joined, measured, gone. */
const KINDS = {
  async "bare veth"(measure) {
    hosts(true);
    await measure();
  },
  async "Linux bridge"(measure) {
    hosts(false);
    bridge();
    await measure();
  },
  async "reference, tx offload off"(measure) {
    hosts(false);
    offloads("off");
    await ovs("reference", {}, measure);
  },
  async "reference, userspace-tso"(measure) {
    hosts(false);
    await ovs("reference", { tso: true }, measure);
  },
  async "ours, netdev"(measure) {
    hosts(false);
    await ovs("ours", {}, measure);
  },
  async "ours, system"(measure) {
    hosts(false);
    await ovs("ours", { type: "system" }, measure);
  },
};

export async function datapath() {
  const samples = Object.fromEntries(
    Object.keys(KINDS).map((kind) => [kind, { tcp: [], one: [], perCpu: [], thousand: [], ping: [] }]),
  );
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, join] of Object.entries(KINDS)) {
      gone();
      try {
        await join(async (side) => {
          const of = samples[kind];
          of.ping.push(ping());
          of.tcp.push(await tcp());
          const one = frames(1, side);
          of.one.push(one.rate);
          if (one.perCpu) of.perCpu.push(one.perCpu);
          of.thousand.push(frames(1000, side).rate);
        });
      } finally {
        gone();
      }
    }
  }
  const of = (kind, what) => (samples[kind][what].length ? median(samples[kind][what]) : Number.NaN);
  const shown = (value, digits) => (Number.isNaN(value) ? "" : value.toFixed(digits));
  const ratio = (what, to, ours = "ours, netdev") => (of(ours, what) / of(to, what)).toFixed(2);
  const system = "ours, system";
  const reference = "reference, tx offload off";
  return {
    title: `Two namespaces, one switch; median of ${ROUNDS} rounds of ${SECONDS} s`,
    head: ["", "TCP Gbit/s", "60 octets, 1 flow, kpps", "1000 flows, kpps", "kpps a CPU-second, 1 flow", "ping ms"],
    rows: Object.keys(KINDS).map((kind) => [
      kind,
      shown(of(kind, "tcp"), 2),
      shown(of(kind, "one"), 0),
      shown(of(kind, "thousand"), 0),
      shown(of(kind, "perCpu"), 0),
      shown(of(kind, "ping"), 3),
    ]),
    notes: [
      `Ours in user space against the reference: TCP ${ratio("tcp", reference)} × as it comes (to reach: 6), ${ratio("tcp", "reference, userspace-tso")} × with userspace-tso (1); packets a CPU-second ${ratio("perCpu", reference)} × (1.5); kpps ${ratio("one", reference)} × and with 1000 flows ${ratio("thousand", reference)} ×; ping ${ratio("ping", reference)} × (at most 2).`,
      `Ours in the kernel: TCP ${ratio("tcp", "bare veth", system)} × bare veth (0.9) and ${ratio("tcp", "Linux bridge", system)} × the bridge (1); 60 octets ${ratio("one", "Linux bridge", system)} × the bridge (1.2), ${ratio("one", reference, system)} × the reference (2.5), with 1000 flows ${ratio("thousand", "Linux bridge", system)} × and ${ratio("thousand", reference, system)} ×; ping ${ratio("ping", reference, system)} × the reference.`,
      "",
    ],
  };
}
