// `npm start`: the main job, shown step by step with the real commands. `npm start -- --keep` leaves the lab running.
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { needAll, root } from "./setup.mjs";

const keep = process.argv.includes("--keep");
if (process.getuid?.() !== 0) {
  console.error("npm start makes network namespaces and devices: run it as root");
  process.exit(1);
}
needAll("lab");
const { Chalk } = await import("chalk");
const { LAB, makeHost, makeSwitch, removeLab, run, start, writeEnvironment } = await import("./lab.mjs");

const chalk = new Chalk({ level: process.stdout.isTTY && !process.env.NO_COLOR ? 1 : 0 });
let count = 0;

class StepFailed extends Error {}

/** Prints a command, runs it, and fails the step when its status is not the expected one. */
function $(line, { host, status = 0, show = false, seconds } = {}) {
  console.log(chalk.dim(`  ${host ? `${host}# ` : "$ "}${line}`));
  const result = run(line, { host, seconds });
  if (show || result.status !== status) console.log(result.output.replace(/^/gm, "    "));
  if (status !== undefined && result.status !== status)
    throw new StepFailed(`\`${line}\` ended with status ${result.status}`);
  return result.output;
}

/** As $, for commands that may end either way. */
const answers = (line, options = {}) => {
  console.log(chalk.dim(`  ${options.host ? `${options.host}# ` : "$ "}${line}`));
  return run(line, options).status === 0;
};

function expect(condition, otherwise) {
  if (!condition) throw new StepFailed(otherwise);
}

async function step(title, body) {
  console.log(`${chalk.bold(`${++count}. ${title}`)}`);
  try {
    console.log(`  ${chalk.green("ok")} ${await body()}`);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.log(`  ${chalk.red("FAILED")} ${error.message}`);
    console.log(`step ${count} (${title}) did not hold; logs are in ${LAB}/log`);
    if (!keep) removeLab();
    process.exit(1);
  }
}

async function until(what, seconds, condition) {
  const end = Date.now() + seconds * 1000;
  while (!condition()) {
    expect(Date.now() < end, `${what}: not within ${seconds} s`);
    await sleep(100);
  }
}

const PING = "ping -c 2 -i 0.2 -W 1";
const reaches = (host, address) => {
  expect(answers(`${PING} ${address} >/dev/null`, { host }), `${host} does not reach ${address}`);
  return `${host} reaches ${address}`;
};
const isolated = (host, address) => {
  expect(!answers(`ping -c 1 -W 1 ${address} >/dev/null`, { host }), `${host} still reaches ${address}`);
  return `${host} does not reach ${address}`;
};
const transfer = path.join(root, "scripts/transfer.mjs");

removeLab();
makeSwitch();
writeEnvironment();
for (const [i, name] of ["h1", "h2", "h3", "h4"].entries()) makeHost(name, `10.0.0.${i + 1}/24`, `fd00::${i + 1}/64`);

await step("the daemons come up", () => {
  $("ovs-ctl --system-id=random start", { show: true });
  return "ovsdb-server and ovs-vswitchd run as separate daemons";
});

await step("a bridge with two hosts", () => {
  $("ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev");
  $("ovs-vsctl add-port br0 h1 -- add-port br0 h2");
  $("ovs-vsctl show", { show: true });
  return reaches("h1", "10.0.0.2");
});

await step("the bridge learned where they are", () => {
  const table = $("ovs-appctl fdb/show br0", { show: true });
  for (const host of ["h1", "h2"]) {
    const mac = run("cat /sys/class/net/eth0/address", { host }).output;
    expect(table.includes(mac), `the MAC table lacks ${mac} of ${host}`);
  }
  return "both addresses are in the MAC table";
});

await step("IPv6", () => reaches("h1", "fd00::2"));

await step("TCP with the hosts' default offloads", async () => {
  const server = start(`exec node ${transfer} tcp-sink 10.0.0.2`, { host: "h2" });
  await sleep(300);
  const report = $(`node ${transfer} tcp-source 10.0.0.2 256`, { host: "h1" });
  server.kill();
  return report;
});

await step("UDP datagrams as large as the MTU allows", async () => {
  const server = start(`exec node ${transfer} udp-sink 10.0.0.2`, { host: "h2" });
  await sleep(300);
  const report = $(`node ${transfer} udp-source 10.0.0.2 1472 2000`, { host: "h1" });
  server.kill();
  return report;
});

await step("a flow that drops, and is removed", () => {
  $("ovs-ofctl add-flow br0 priority=100,icmp,actions=drop");
  const verdict = isolated("h1", "10.0.0.2");
  const flows = $("ovs-ofctl dump-flows br0", { show: true });
  expect(/n_packets=[1-9].*priority=100,icmp actions=drop/.test(flows), "the flow counted no packet");
  $("ovs-ofctl --strict del-flows br0 priority=100,icmp");
  return `${verdict} while the flow is there; then ${reaches("h1", "10.0.0.2")}`;
});

await step("what the datapath caches", async () => {
  const ping = start("exec ping -i 0.2 -c 15 10.0.0.2", { host: "h1" });
  await sleep(700);
  const flows = $("ovs-appctl dpctl/dump-flows", { show: true });
  $("ovs-dpctl show", { show: true });
  ping.kill();
  expect(/eth_type\(0x0800\).*actions:\d+/.test(flows), "no flow of the ping is cached");
  return "the ping's two directions are cached flows";
});

await step("VLAN tags isolate", async () => {
  $("ovs-vsctl set port h1 tag=10 -- set port h2 tag=20");
  const verdict = isolated("h1", "10.0.0.2");
  $("ovs-vsctl set port h2 tag=10");
  return `${verdict} across VLANs 10 and 20; then ${reaches("h1", "10.0.0.2")} within VLAN 10`;
});

await step("a trunk joins two bridges", () => {
  $("ovs-vsctl add-br br1 -- set bridge br1 datapath_type=netdev");
  $(
    "ovs-vsctl add-port br0 to1 trunks=10,20 -- set interface to1 type=patch options:peer=to0" +
      " -- add-port br1 to0 trunks=10,20 -- set interface to0 type=patch options:peer=to1",
  );
  $("ovs-vsctl add-port br1 h3 tag=10 -- add-port br1 h4 tag=20");
  return `${reaches("h1", "10.0.0.3")} over the trunk in VLAN 10; ${isolated("h1", "10.0.0.4")} in VLAN 20`;
});

await step("the host's own address on the bridge", () => {
  $("ovs-vsctl del-br br1 -- del-port br0 to1 -- remove port h1 tag 10 -- remove port h2 tag 10");
  $("ip addr add 10.0.0.254/24 dev br0 && ip link set br0 up && ip route add 192.0.2.0/24 via 10.0.0.1");
  return `${reaches("h1", "10.0.0.254")}; and the host ${$(`${PING} 10.0.0.2 >/dev/null && echo reaches 10.0.0.2`)}`;
});

await step("the switch daemon is killed and comes back", async () => {
  const before = run("ovs-vsctl --columns=name,ofport list interface").output;
  $('kill -9 "$(cat $OVS_RUNDIR/ovs-vswitchd.pid)"');
  $("ovs-ctl --system-id=random start", { show: true });
  expect(run("ovs-vsctl --columns=name,ofport list interface").output === before, "the ports are not what they were");
  expect($("ip addr show br0").includes("10.0.0.254/24"), "br0 lost its address");
  expect($("ip route").includes("192.0.2.0/24 via 10.0.0.1 dev br0"), "the route over br0 is gone");
  return `ports, local port, address and route are kept; ${reaches("h1", "10.0.0.2")}; ${reaches("h1", "10.0.0.254")}`;
});

await step("the database server is killed and comes back", async () => {
  $("ovs-vsctl set bridge br0 external-ids:kept=yes");
  $('kill -9 "$(cat $OVS_RUNDIR/ovsdb-server.pid)"');
  const verdict = reaches("h1", "10.0.0.2");
  $("ovs-ctl --system-id=random start", { show: true });
  expect(
    $("ovs-vsctl get bridge br0 external-ids:kept") === '"yes"' ||
      $("ovs-vsctl get bridge br0 external-ids:kept") === "yes",
    "a committed change is lost",
  );
  $("ovs-vsctl add-port br0 h3");
  return `${verdict} meanwhile; afterwards nothing committed is lost and ${reaches("h1", "10.0.0.3")}`;
});

await step("a controller takes over", async () => {
  $("ovs-controller --detach --pidfile --no-chdir ptcp:6653:127.0.0.1");
  $("ovs-vsctl set-fail-mode br0 secure -- set-controller br0 tcp:127.0.0.1:6653");
  await until(
    "the controller is connected",
    10,
    () => run("ovs-vsctl get controller br0 is_connected").output === "true",
  );
  const verdict = reaches("h1", "10.0.0.2");
  const flows = $("ovs-ofctl dump-flows br0", { show: true });
  expect(/dl_dst=|actions=output/.test(flows), "the controller set up no flow");
  $("ovs-vsctl del-controller br0 -- del-fail-mode br0");
  return `${verdict} by flows of the controller's`;
});

if (keep) {
  console.log(
    `\nThe lab is running. Look around:\n  ip netns exec vsl-switch bash --rcfile ${LAB}/env\n  ip netns exec vsl-h1 ping 10.0.0.2\nand stop it with \`npm stop\`.`,
  );
} else {
  removeLab();
}
console.log(`all ${count} steps held`);
