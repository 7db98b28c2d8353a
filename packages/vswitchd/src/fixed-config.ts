import type { Rows, RowView } from "@vswitch/core/bridge";
import type { ControllerConfig } from "@vswitch/core/ofproto";
import type { Store, StoreEvents } from "./daemon.ts";

/** One switch as a command line describes it. */
export interface FixedSwitch {
  readonly name: string;
  /** "system", "netdev" or "dummy". */
  readonly datapathType: string;
  /** Devices that are its ports besides its own. */
  readonly ports: readonly string[];
  readonly failMode: "standalone" | "secure";
  readonly controllers: readonly ControllerConfig[];
  /** Bridge other_config: datapath-id, descriptions. */
  readonly bridgeConfig: Readonly<Record<string, string>>;
  /** Open_vSwitch other_config. */
  readonly daemonConfig: Readonly<Record<string, string>>;
}

type Value = string | number | boolean | readonly string[] | Readonly<Record<string, string>> | undefined;

/** A row written by hand; what it does not name is empty. */
class FixedRow implements RowView {
  constructor(
    readonly uuid: string,
    private readonly columns: Readonly<Record<string, Value>>,
  ) {}

  text(column: string): string | undefined {
    const value = this.columns[column];
    return typeof value === "string" ? value : typeof value === "boolean" ? String(value) : undefined;
  }
  integer(column: string): number | undefined {
    const value = this.columns[column];
    return typeof value === "number" ? value : undefined;
  }
  flag(column: string): boolean | undefined {
    const value = this.columns[column];
    return typeof value === "boolean" ? value : undefined;
  }
  integers(): readonly number[] {
    return [];
  }
  texts(): readonly string[] {
    return [];
  }
  refs(column: string): readonly string[] {
    const value = this.columns[column];
    return Array.isArray(value) ? value : [];
  }
  map(column: string): ReadonlyMap<string, string> {
    const value = this.columns[column];
    return new Map(typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : []);
  }
}

/** The rows that a database would hold for such a switch, by table. */
export function fixedRows(wanted: FixedSwitch): Rows {
  const { name, datapathType, ports, controllers } = wanted;
  const type = datapathType === "dummy" ? "dummy" : "";
  const tables: Readonly<Record<string, readonly FixedRow[]>> = {
    Open_vSwitch: [new FixedRow("root", { bridges: ["bridge"], other_config: wanted.daemonConfig })],
    Bridge: [
      new FixedRow("bridge", {
        ...{ name, datapath_type: datapathType, fail_mode: wanted.failMode, other_config: wanted.bridgeConfig },
        ports: ports.map((port) => `port ${port}`),
        controller: controllers.map(({ target }) => `controller ${target}`),
      }),
    ],
    Port: ports.map((port) => new FixedRow(`port ${port}`, { name: port, interfaces: [`interface ${port}`] })),
    // the first port that is named is OpenFlow port 1
    Interface: ports.map((port, at) => new FixedRow(`interface ${port}`, { name: port, type, ofport_request: at + 1 })),
    Controller: controllers.map(
      (one) =>
        new FixedRow(`controller ${one.target}`, {
          ...{ target: one.target, max_backoff: one.maxBackoff, inactivity_probe: one.inactivityProbe },
          ...{ controller_rate_limit: one.rateLimit, controller_burst_limit: one.burstLimit },
          connection_mode: one.inBand === false ? "out-of-band" : "in-band",
        }),
    ),
  };
  return {
    row: (table, uuid) => tables[table]?.find((row) => row.uuid === uuid),
    rows: (table) => tables[table] ?? [],
  };
}

/** A configuration that never changes and that nobody reads status from. */
export class FixedConfig implements Store {
  readonly rows: Rows;
  /** It is the command line's: who gives that may use any socket that the daemon may. */
  readonly isTrusted = true;
  readonly cells = 0;

  constructor(wanted: FixedSwitch, events: StoreEvents) {
    this.rows = fixedRows(wanted);
    setImmediate(() => events.changed([]));
  }

  async transact(): Promise<boolean> {
    return true;
  }

  [Symbol.dispose](): void {}
}
