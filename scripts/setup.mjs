// What every command of this repository needs before it can run: system packages, npm packages, bin/.
// Only Node's own modules here: this file runs on a machine where nothing is installed yet.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Debian's packages by what they are for; each with a file that shows it is there. */
const SYSTEM = {
  lab: {
    iproute2: "/sbin/ip",
    "iputils-ping": "/bin/ping",
    ethtool: "/sbin/ethtool",
    tcpdump: "/usr/bin/tcpdump",
    procps: "/bin/ps",
    "util-linux": "/usr/bin/unshare",
    "libpcap-dev": "/usr/include/pcap/pcap.h",
  },
  test: {
    iperf3: "/usr/bin/iperf3",
    jq: "/usr/bin/jq",
    python3: "/usr/bin/python3",
    tshark: "/usr/bin/tshark",
    openssl: "/usr/bin/openssl",
    "openvswitch-pki": "/usr/bin/ovs-pki",
  },
  oracle: {
    "openvswitch-switch": "/usr/sbin/ovs-vswitchd",
    "openvswitch-testcontroller": "/usr/bin/ovs-testcontroller",
    "python3-openvswitch": "/usr/lib/python3/dist-packages/ovs",
  },
  clients: {
    "python3-ovsdbapp": "/usr/lib/python3/dist-packages/ovsdbapp",
    "python3-os-ken": "/usr/lib/python3/dist-packages/os_ken",
  },
};

const isRoot = process.getuid?.() === 0;
const say = (text) => console.error(text);

/** Ends the process with one line when this Node is too old to go on. */
export function needNode(major = 20, minor = 19) {
  const [haveMajor = 0, haveMinor = 0] = process.versions.node.split(".").map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  say(`vswitch needs Node.js ${major}.${minor} or later; this is ${process.versions.node}`);
  process.exit(1);
}

/** Installs the system packages of those groups that are missing. @returns names of those that are still missing. */
export function needSystem(...groups) {
  const wanted = groups.flatMap((group) => Object.entries(SYSTEM[group]));
  const missing = () => wanted.filter(([, file]) => !existsSync(file)).map(([name]) => name);
  if (missing().length === 0 || !isRoot || !existsSync("/usr/bin/apt-get")) return missing();
  say(`installing ${missing().join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) => spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] }).status === 0;
  // The reference's own daemons must not start: nothing of ours may run beside them.
  const policy = "/usr/sbin/policy-rc.d";
  const planted = !existsSync(policy);
  if (planted) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  const install = () => apt("install", "-y", "-qq", "--no-install-recommends", ...missing());
  if (!install()) {
    apt("update", "-qq");
    install();
  }
  if (planted) execFileSync("rm", ["-f", policy]);
  return missing();
}

/** npm packages as the lock file has them; nothing is done while it is unchanged. */
export function needModules() {
  const stamp = path.join(root, "node_modules", ".vswitch-lock");
  const lock = createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  say("installing npm packages");
  // Not `npm ci`: it wants the lock file to name the binaries of every platform, also those that a registry mirror lacks.
  execFileSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  writeFileSync(stamp, lock);
}

/** What a build is made of and what it makes; code caches are left out, since programs renew them as they run. */
const BUILT = ["packages", "host", "scripts", "programs.mjs", "package-lock.json", "bin", "libexec", "share"];

/** @returns a hash over names, sizes and times of change of all that a build reads and writes. */
function stateOfBuild() {
  const hash = createHash("sha256").update(process.version);
  const visit = (name) => {
    const file = path.join(root, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat?.isDirectory()) hash.update(`${name} ${stat?.size} ${stat?.mtimeMs}\n`);
    else
      for (const entry of readdirSync(file).sort())
        if (entry !== "node_modules" && !entry.endsWith(".cache")) visit(path.join(name, entry));
  };
  for (const name of BUILT) visit(name);
  return hash.digest("hex");
}

/** bin/, libexec/ and share/ from the sources; nothing is done while neither has changed. */
export function needBuild() {
  const stamp = path.join(root, "node_modules", ".vswitch-build");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === stateOfBuild()) return;
  execFileSync(process.execPath, [path.join(root, "scripts/build.mjs")], { cwd: root, stdio: "inherit" });
  writeFileSync(stamp, stateOfBuild());
}

/** Ends the process when packages of those groups cannot be had. */
export function needAll(...groups) {
  needNode();
  const missing = needSystem(...groups);
  if (missing.length > 0) {
    say(`missing, and ${isRoot ? "not to be had by apt-get" : "only root can install it"}: ${missing.join(" ")}`);
    process.exit(1);
  }
  needModules();
  needBuild();
}

/** Adds to the counts of the whole run, which .ci/run prints at the end. */
export function count(what, { passed, failed, skipped = 0 }) {
  console.log(`${what}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  const file = process.env.VSWITCH_COUNTS;
  if (!file) return;
  const sum = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { passed: 0, failed: 0, skipped: 0 };
  writeFileSync(
    file,
    JSON.stringify({ passed: sum.passed + passed, failed: sum.failed + failed, skipped: sum.skipped + skipped }),
  );
}
