import type { FoundOption, OptionRow } from "@vswitch/cli-kit";
import { dir } from "@vswitch/core/lib";
import { errors } from "./errors.ts";
import type { FixedSwitch } from "./fixed-config.ts";

/** What the options of ovs-openflowd ask for; the arguments name datapath and controllers. */
export interface OpenflowdOptions {
  failMode: "standalone" | "secure";
  /** Seconds of silence before a controller is asked for a sign of life. */
  inactivityProbe: number | undefined;
  /** Seconds that a flow of the datapath stays without packets; 0: for ever; undefined: the datapath's own time. */
  maxIdle: number | undefined;
  /** Longest time between attempts to connect, in seconds. */
  maxBackoff: number;
  /** Packet-ins a second to each controller; undefined: no limit. */
  rateLimit: number | undefined;
  burstLimit: number | undefined;
  inBand: boolean;
  /** Where switch and snoopers listen; undefined: by the datapath's name in the run-time directory; "none": nowhere. */
  listen: string | undefined;
  snoop: string | undefined;
  readonly ports: string[];
  readonly bridgeConfig: Record<string, string>;
}

export const openflowdDefaults = (): OpenflowdOptions => ({
  failMode: "standalone",
  inactivityProbe: undefined,
  maxIdle: undefined,
  maxBackoff: 8,
  rateLimit: undefined,
  burstLimit: undefined,
  inBand: true,
  listen: undefined,
  snoop: undefined,
  ports: [],
  bridgeConfig: {},
});

/** Packet-ins a second when --rate-limit names no number. */
const RATE_LIMIT = 1000;
/** Milliseconds that stand for "permanent". */
const FOR_EVER = 0x7fffffff;

/** Options that describe the switch, with the most characters that OpenFlow has room for (1.0 §5.3.4). */
const DESCRIPTIONS: Readonly<Record<string, number>> = {
  "mfr-desc": 255,
  "hw-desc": 255,
  "sw-desc": 255,
  "serial-desc": 31,
  "dp-desc": 255,
};

/** Options of what is not done here: one line, status 1. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  "accept-vconn": "controllers are not discovered",
  "no-resolv-conf": "controllers are not discovered",
  netflow: "NetFlow is not written yet",
};

export const OPENFLOWD_OPTIONS: readonly OptionRow[] = [
  { name: "datapath-id", value: "required" },
  ...Object.keys(DESCRIPTIONS).map((name) => ({ name, value: "required" }) as const),
  { name: "accept-vconn", value: "required" },
  { name: "no-resolv-conf" },
  { name: "fail", value: "required" },
  { name: "inactivity-probe", value: "required" },
  { name: "max-idle", value: "required" },
  { name: "max-backoff", value: "required" },
  { name: "listen", short: "l", value: "required" },
  { name: "snoop", value: "required" },
  { name: "rate-limit", value: "optional" },
  { name: "burst-limit", value: "required" },
  { name: "in-band" },
  { name: "out-of-band" },
  { name: "netflow", value: "required" },
  { name: "ports", value: "required" },
  { name: "enable-dummy", value: "optional" },
  { name: "check-leaks", value: "required" },
  { name: "leak-limit", value: "required" },
  { name: "unixctl", value: "required" },
];

function atLeast(option: string, text: string, least: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < least) throw errors.make("openflowd/at-least", { option, least });
  return value;
}

function maxIdle(text: string): number {
  if (text === "permanent") return 0;
  const seconds = /^\d+$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > 65535) throw errors.make("openflowd/max-idle", {});
  return seconds;
}

function failMode(text: string): "standalone" | "secure" {
  if (text !== "standalone" && text !== "secure") throw errors.make("openflowd/fail", {});
  return text;
}

/** Takes one option. @throws SwitchError "openflowd/…" */
export function takeOpenflowdOption(options: OpenflowdOptions, { key, value = "" }: FoundOption): void {
  const why = UNSUPPORTED[key];
  if (why !== undefined) throw errors.make("openflowd/unsupported", { option: key, why });
  const most = DESCRIPTIONS[key];
  if (most !== undefined) {
    if (value.length > most) throw errors.make("openflowd/long-description", { option: key, most });
    options.bridgeConfig[key] = value;
    return;
  }
  const act: Readonly<Record<string, () => void>> = {
    "datapath-id": () => {
      if (!/^[0-9a-fA-F]{16}$/.test(value) || /^0+$/.test(value)) throw errors.make("openflowd/datapath-id", {});
      options.bridgeConfig["datapath-id"] = value;
    },
    fail: () => (options.failMode = failMode(value)),
    "inactivity-probe": () => (options.inactivityProbe = atLeast(key, value, 5)),
    "max-idle": () => (options.maxIdle = maxIdle(value)),
    "max-backoff": () => (options.maxBackoff = atLeast(key, value, 1)),
    listen: () => (options.listen = value),
    snoop: () => (options.snoop = value),
    "rate-limit": () => (options.rateLimit = value === "" ? RATE_LIMIT : atLeast(key, value, 100)),
    "burst-limit": () => (options.burstLimit = atLeast(key, value, 1)),
    "in-band": () => (options.inBand = true),
    "out-of-band": () => (options.inBand = false),
    ports: () => options.ports.push(...value.split(",").filter(Boolean)),
  };
  act[key]?.();
}

/** "netdev@br0" in its parts; "br0" alone is of type "system". */
function datapath(text: string): { name: string; datapathType: string } {
  const at = text.indexOf("@");
  const [type, name] = at < 0 ? ["system", text] : [text.slice(0, at), text.slice(at + 1)];
  if (!/^[^/\s]{1,15}$/.test(name)) throw errors.make("openflowd/datapath", { text });
  return { name, datapathType: type === "" ? "system" : type };
}

/** The switch that options and arguments describe. @throws SwitchError "openflowd/…" */
export function fixedSwitch(options: OpenflowdOptions, args: readonly string[]): FixedSwitch {
  const [first, ...targets] = args;
  if (first === undefined) throw errors.make("openflowd/no-datapath", {});
  for (const target of targets) {
    if (!/^(tcp|ssl|unix):./.test(target)) throw errors.make("openflowd/controller", { target });
  }
  const { maxIdle: idle, rateLimit, burstLimit, inactivityProbe, maxBackoff, inBand } = options;
  const shared = {
    ...{ inBand, maxBackoff: maxBackoff * 1000 },
    ...(inactivityProbe !== undefined && { inactivityProbe: inactivityProbe * 1000 }),
    ...(rateLimit !== undefined && { rateLimit }),
    ...(rateLimit !== undefined && burstLimit !== undefined && { burstLimit }),
  };
  return {
    ...datapath(first),
    ports: options.ports,
    failMode: options.failMode,
    controllers: [...new Set(targets)].map((target) => ({ target, ...shared })),
    bridgeConfig: options.bridgeConfig,
    daemonConfig: idle === undefined ? {} : { "max-idle": String(idle === 0 ? FOR_EVER : idle * 1000) },
  };
}

/** Where the switch listens and lets others listen to what it says. */
export function doors({ listen, snoop }: OpenflowdOptions, name: string) {
  const at = (given: string | undefined, ending: string) =>
    given === "none" ? undefined : (given ?? `punix:${dir("run")}/${name}.${ending}`);
  return { listen: at(listen, "mgmt"), snoop: at(snoop, "snoop") };
}
