/**
 * The user space datapath beside Open vSwitch's, in one run: two namespaces joined by one switch, TCP with default
 * offloads and 60-octet UDP frames of 16 flows. Run as root in a network, mount and pid namespace of its own:
 *
 *   npx esbuild bench/datapath-alone.ts --bundle --platform=node --format=cjs --conditions=source --external:koffi \
 *     --outfile=libexec/bench-datapath.cjs && node scripts/build.mjs datapath-worker
 *   unshare --net --mount --pid --fork --kill-child --mount-proc node libexec/bench-datapath.cjs [SECONDS]
 *
 * Packets per CPU-second count the switch process's user and system time alone.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UserspaceDatapath } from "@vswitch/core/datapath/providers/userspace";
import { newKey, newMask, WORD } from "@vswitch/core/flow";
import { allCounters, systemClock } from "@vswitch/core/lib";
import { addressOf, ifindexOf, openPacketSocket, pinned, SendBatch } from "@vswitch/sys/net";

const sh = (line: string, quiet = false): string =>
  execFileSync("/bin/sh", ["-c", line], { encoding: "utf8", stdio: ["ignore", "pipe", quiet ? "ignore" : "inherit"] });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const inNamespace = (name: string, ...command: string[]) => ["ip", "netns", "exec", name, ...command];

/** Our datapath on two devices, with a sink that sends what comes in by one out by the other. */
async function runSwitch(devices: readonly string[]): Promise<void> {
  const datapath = new UserspaceDatapath({
    clock: systemClock,
    worker: path.join(path.dirname(process.argv[1] as string), "datapath-worker.cjs"),
  });
  const mask = newMask();
  mask[WORD.inPort] = mask[WORD.recircId] = mask[WORD.packetType] = 0xffffffff;
  mask[WORD.ethType] = 0xffff;
  mask[WORD.ip] = 0xff;
  datapath.setUpcallSink((upcalls) => {
    for (const { key: packetKey, packet, offload } of upcalls) {
      const key = newKey();
      for (let i = 0; i < key.length; i++) key[i] = (packetKey[i] as number) & (mask[i] as number);
      const actions = [{ type: "output", port: 3 - (packetKey[WORD.inPort] as number) }] as const;
      datapath.putFlow({ ufid: `${key[WORD.inPort]}/${key[WORD.ethType]}/${key[WORD.ip]}`, key, mask, actions });
      datapath.execute(packet, packetKey, actions, offload);
    }
  });
  for (const name of devices) await datapath.addPort({ name, type: "system" });
  process.on("SIGTERM", async () => {
    console.error(
      await datapath.stats(),
      allCounters().filter(({ count }) => count > 0),
      await datapath.portCounters(1),
      await datapath.portCounters(2),
    );
    await datapath[Symbol.asyncDispose]();
  });
  console.log("ready");
}

/** Sends 60-octet UDP frames of 16 flows as fast as it goes. */
function flood(device: string, seconds: number): void {
  const ifindex = ifindexOf(device);
  if (ifindex === undefined) throw new Error(`no device ${device}`);
  const fd = openPacketSocket(ifindex);
  const frames = pinned(16 * 128);
  for (let i = 0; i < 16; i++) frames.set(udpFrame(1000 + i), i * 128 + 10);
  const base = addressOf(frames);
  const batch = new SendBatch();
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    for (let n = 0; n < 64; n++) {
      for (let i = 0; i < 64; i++) batch.queue(base + (i % 16) * 128, 70);
      batch.flush(fd);
    }
  }
}

function udpFrame(port: number): Uint8Array {
  const frame = new Uint8Array(60);
  frame.set([
    2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0x66, 0xbd, 10, 0, 0, 1, 10, 0, 0, 9,
  ]);
  frame.set([port >> 8, port & 0xff, 0x13, 0x88, 0, 26, 0, 0], 34);
  return frame;
}

/** CPU seconds that a process has used, as user and in the kernel. */
function cpuSeconds(pid: number): [user: number, system: number] {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return [Number(fields[11]) / 100, Number(fields[12]) / 100];
}

const received = () =>
  Number(sh(inNamespace("b", "cat", "/sys/class/net/eth0/statistics/rx_packets").join(" ")).trim());

interface Result {
  readonly gbps: number;
  readonly kpps: number;
  readonly kppsPerCpu: number;
  readonly share: string;
  readonly ping: string;
}

async function measure(pid: number, seconds: number): Promise<Result> {
  const ping = sh(`${inNamespace("a", "ping", "-c", "20", "-i", "0.01", "-q", "10.0.0.2").join(" ")} | tail -1`).trim();
  const server = spawn("ip", ["netns", "exec", "b", "iperf3", "-s", "-1"], { stdio: "ignore" });
  await sleep(300);
  const report = sh(`${inNamespace("a", "iperf3", "-J", "-t", String(seconds), "-c", "10.0.0.2").join(" ")} || true`);
  server.kill();
  const gbps = (JSON.parse(report).end?.sum_received?.bits_per_second ?? 0) / 1e9;
  const [packets, before, started] = [received(), cpuSeconds(pid), performance.now()];
  sh(inNamespace("a", process.execPath, process.argv[1] as string, "flood", "eth0", String(seconds)).join(" "));
  const count = received() - packets;
  const kpps = count / (performance.now() - started);
  const after = cpuSeconds(pid);
  const [user, system] = [after[0] - before[0], after[1] - before[1]];
  const share = `${((user * 1e9) / count).toFixed(0)} ns user, ${((system * 1e9) / count).toFixed(0)} ns kernel`;
  return { gbps, kpps, kppsPerCpu: count / (user + system) / 1000, share, ping };
}

function namespaces(): void {
  sh("mount -t tmpfs none /var/run && mkdir -p /var/run/netns && ip link set lo up");
  for (const [name, host, address] of [
    ["a", "va", "10.0.0.1"],
    ["b", "vb", "10.0.0.2"],
  ] as const) {
    sh(`ip netns add ${name} && ip link add ${host} type veth peer name eth0 netns ${name} && ip link set ${host} up`);
    sh(`ip -n ${name} link set eth0 up && ip -n ${name} addr add ${address}/24 dev eth0`);
  }
}

async function reference(seconds: number): Promise<Result & { gbpsWithoutOffloads: number }> {
  const dir = mkdtempSync(path.join(tmpdir(), "bench-"));
  const env = { ...process.env, OVS_RUNDIR: dir, OVS_LOGDIR: dir, OVS_DBDIR: dir, OVS_SYSCONFDIR: dir };
  const run = (file: string, ...args: string[]) =>
    execFileSync(file, args, { env, stdio: ["ignore", "ignore", "ignore"] });
  run("/usr/bin/ovsdb-tool", "create", `${dir}/conf.db`, "/usr/share/openvswitch/vswitch.ovsschema");
  run(
    "/usr/sbin/ovsdb-server",
    `${dir}/conf.db`,
    "--detach",
    `--pidfile=${dir}/db.pid`,
    `--remote=punix:${dir}/db.sock`,
  );
  run("/usr/sbin/ovs-vswitchd", "--detach", `--pidfile=${dir}/sw.pid`, "--log-file");
  const pid = Number(readFileSync(`${dir}/sw.pid`, "utf8"));
  try {
    run(
      "/usr/bin/ovs-vsctl",
      "add-br",
      "br0",
      "--",
      "set",
      "bridge",
      "br0",
      "datapath_type=netdev",
      "--",
      "add-port",
      "br0",
      "va",
      "--",
      "add-port",
      "br0",
      "vb",
    );
    run("/usr/bin/ovs-ofctl", "del-flows", "br0");
    run("/usr/bin/ovs-ofctl", "add-flow", "br0", "in_port=va,actions=output:vb");
    run("/usr/bin/ovs-ofctl", "add-flow", "br0", "in_port=vb,actions=output:va");
    const offloads = (state: string) => {
      for (const name of ["a", "b"])
        sh(inNamespace(name, "ethtool", "-K", "eth0", "tx", state, ">/dev/null").join(" "), true);
    };
    offloads("off");
    const without = await measure(pid, seconds);
    offloads("on");
    return { ...without, gbpsWithoutOffloads: without.gbps };
  } finally {
    process.kill(pid);
    process.kill(Number(readFileSync(`${dir}/db.pid`, "utf8")));
    await sleep(500);
  }
}

async function ours(seconds: number): Promise<Result> {
  const child: ChildProcess = spawn(
    process.execPath,
    [...process.execArgv, process.argv[1] as string, "switch", "va", "vb"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  try {
    return await measure(child.pid as number, seconds);
  } finally {
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("exit", resolve));
  }
}

async function main(): Promise<void> {
  const [verb, ...args] = process.argv.slice(2);
  if (verb === "switch") return runSwitch(args);
  if (verb === "flood") return flood(args[0] as string, Number(args[1]));
  const seconds = Number(verb ?? 3);
  namespaces();
  const mine = await ours(seconds);
  console.log("ours", mine);
  if (args[0] === "ours") return;
  const theirs = await reference(seconds);
  console.log("reference (its end points without tx offload)", theirs);
  console.log(
    `TCP ${(mine.gbps / theirs.gbps).toFixed(2)} x, per CPU-second ${(mine.kppsPerCpu / theirs.kppsPerCpu).toFixed(2)} x`,
  );
}

void main();
