import { getopt } from "@vswitch/cli-kit";
import { desiredBridge, desiredDaemon } from "@vswitch/core/bridge";
import { describe, expect, it } from "vitest";
import { fixedRows } from "./fixed-config.ts";
import { fixedSwitch, OPENFLOWD_OPTIONS, openflowdDefaults, takeOpenflowdOption } from "./openflowd-options.ts";

/** The switch that a command line asks for, as the bridge model reads it. */
function desired(line: string) {
  const options = openflowdDefaults();
  const walk = getopt(line.split(" "), OPENFLOWD_OPTIONS, "permute");
  for (;;) {
    const step = walk.next();
    if (step.done) {
      const rows = fixedRows(fixedSwitch(options, step.value));
      const [root] = rows.rows("Open_vSwitch");
      const row = rows.row("Bridge", root?.refs("bridges")[0] ?? "");
      if (!row) throw new Error("no bridge");
      return { daemon: desiredDaemon(rows, root), bridge: desiredBridge(rows, row, true) };
    }
    takeOpenflowdOption(options, step.value);
  }
}

describe("ovs-openflowd's command line", () => {
  it("names datapath, ports and controllers", () => {
    const { bridge } = desired("--ports=a,b --ports=c netdev@br0 tcp:192.0.2.1 unix:/tmp/elsewhere");
    expect(bridge).toMatchObject({ name: "br0", config: { datapathType: "netdev", failMode: "standalone" } });
    expect(bridge.ports.map(({ config, interfaces: [one] }) => [config.name, one?.type, one?.ofportRequest])).toEqual([
      ["a", "system", 1],
      ["b", "system", 2],
      ["c", "system", 3],
      ["br0", "internal", undefined],
    ]);
    expect(bridge.config.controllers.map(({ target }) => target)).toEqual(["tcp:192.0.2.1", "unix:/tmp/elsewhere"]);
  });

  it("sets what every controller has", () => {
    const line =
      "--max-backoff=2 --inactivity-probe=7 --rate-limit --burst-limit=50 --out-of-band br0 tcp:a tcp:b tcp:a";
    expect(desired(line).bridge.config.controllers).toEqual(
      ["tcp:a", "tcp:b"].map((target) => ({
        ...{ target, maxBackoff: 2000, inactivityProbe: 7000, rateLimit: 1000, burstLimit: 50, inBand: false },
      })),
    );
    expect(desired("br0 tcp:a").bridge.config.controllers).toEqual([
      { target: "tcp:a", maxBackoff: 8000, inBand: true },
    ]);
  });

  it.each<[string, object]>([
    ["br0", { datapathType: "system", failMode: "standalone" }],
    ["@br0", { datapathType: "system" }],
    ["--fail=secure dummy@br0", { datapathType: "dummy", failMode: "secure" }],
    [
      "--mfr-desc=a --hw-desc=b --sw-desc=c --serial-desc=d --dp-desc=e br0",
      {
        ...{ mfrDesc: "a", hwDesc: "b", swDesc: "c", serialDesc: "d", dpDesc: "e" },
      },
    ],
  ])("%s", (line, config) => expect(desired(line).bridge.config).toMatchObject(config));

  it("gives an identity and the life of cached flows", () => {
    expect(desired("--datapath-id=00000000deadbeef br0").bridge.datapathId).toBe(0xdeadbeefn);
    expect(desired("--max-idle=60 br0").daemon.maxIdle).toBe(60_000);
    expect(desired("--max-idle=permanent br0").daemon.maxIdle).toBe(0x7fffffff);
    expect(desired("br0").daemon.maxIdle).toBe(10_000);
  });

  it.each([
    ["--ports=a", "openflowd/no-datapath"],
    ["netdev@", "openflowd/datapath"],
    ["br0 ptcp:1", "openflowd/controller"],
    ["--datapath-id=1 br0", "openflowd/datapath-id"],
    [`--serial-desc=${"x".repeat(32)} br0`, "openflowd/long-description"],
    ["--inactivity-probe=4 br0", "openflowd/at-least"],
    ["--max-idle=65536 br0", "openflowd/max-idle"],
    ["--fail=open br0", "openflowd/fail"],
    ["--netflow=1.2.3.4:5 br0", "openflowd/unsupported"],
    ["--no-resolv-conf br0", "openflowd/unsupported"],
  ])("%s is refused", (line, code) => expect(() => desired(line)).toThrow(expect.objectContaining({ code })));
});
