import { defineErrors } from "@vswitch/core/lib";

interface Name {
  name: string;
}
interface Arity {
  command: string;
  count: number;
}
interface CommandOption {
  command: string;
  option: string;
}

/** What a user of ovs-vsctl can read when a command cannot be done; the words are the original's. */
export const errors = defineErrors({
  // the command line
  "vsctl/not-utf8": {
    message: (c: { octets: readonly number[] }) =>
      `constraint violation: not a valid UTF-8 string: invalid UTF-8 sequence ${c.octets.map((octet) => `0x${octet.toString(16).padStart(2, "0")}`).join(" ")}`,
  },
  "vsctl/no-command": { message: () => "missing command name (use --help for help)" },
  "vsctl/unknown-command": { message: (c: Name) => `unknown command '${c.name}'; use --help for help` },
  "vsctl/no-such-option": { message: (c: CommandOption) => `'${c.command}' command has no '${c.option}' option` },
  "vsctl/option-needs-value": {
    message: (c: CommandOption) => `missing argument to '${c.option}' option on '${c.command}' command`,
  },
  "vsctl/option-takes-no-value": {
    message: (c: CommandOption) => `'${c.option}' option on '${c.command}' does not accept an argument`,
  },
  "vsctl/option-twice": { message: (c: { option: string }) => `'${c.option}' option specified multiple times` },
  "vsctl/too-few": { message: (c: Arity) => `'${c.command}' command requires at least ${c.count} arguments` },
  "vsctl/too-many": {
    message: (c: Arity & { late: boolean }) =>
      `'${c.command}' command takes at most ${c.count} arguments${
        c.late ? ' (note that options must precede command names and follow a "--" argument)' : ""
      }`,
  },
  "vsctl/timeout": { message: (c: { value: string }) => `value ${c.value} on -t or --timeout is invalid` },
  "vsctl/connect": { message: (c: { db: string; why: string }) => `${c.db}: database connection failed (${c.why})` },
  "vsctl/transaction": { message: (c: { error: string }) => `transaction error: ${c.error}` },

  // tables, columns, records
  "vsctl/table": { message: (c: Name) => `unknown table "${c.name}"` },
  "vsctl/tables": {
    message: (c: Name & { found: readonly string[] }) =>
      `"${c.name}" matches multiple table names: ${c.found.join(", ")}`,
  },
  "vsctl/column": {
    message: (c: Name & { table: string }) => `${c.table} does not contain a column whose name matches "${c.name}"`,
  },
  "vsctl/columns": {
    message: (c: Name & { table: string; found: readonly string[] }) =>
      `${c.table} contains more than one column whose name matches "${c.name}": ${c.found.join(", ")}`,
  },
  "vsctl/no-columns": { message: () => "must specify at least one column name" },
  "vsctl/row": { message: (c: { record: string; table: string }) => `no row "${c.record}" in table ${c.table}` },
  "vsctl/rows": {
    message: (c: { record: string; table: string }) => `multiple rows in ${c.table} match "${c.record}"`,
  },
  "vsctl/rows-by-uuid": {
    message: (c: { record: string; table: string; first: string; second: string }) =>
      `${c.table} contains 2 or more rows whose UUIDs begin with ${c.record}: at least ${c.first} and ${c.second}`,
  },
  "vsctl/read-only": {
    message: (c: { table: string; column: string }) => `cannot modify read-only column ${c.column} in table ${c.table}`,
  },
  "vsctl/no-map": {
    message: (c: { verb: string; column: string }) => `cannot specify key to ${c.verb} for non-map column ${c.column}`,
  },
  "vsctl/no-key": {
    message: (c: { key: string; table: string; record: string; column: string }) =>
      `no key "${c.key}" in ${c.table} record "${c.record}" column ${c.column}`,
  },
  "vsctl/no-value": {
    message: (c: { argument: string; operators: string }) =>
      `${c.argument}: argument does not end in ${c.operators} followed by a value.`,
  },
  "vsctl/no-column-name": { message: (c: { argument: string }) => `${c.argument}: missing column name` },
  "vsctl/garbage": {
    message: (c: { argument: string; rest: string }) => `${c.argument}: trailing garbage "${c.rest}" in argument`,
  },
  "vsctl/count": {
    message: (c: { count: number; what: string; column: string; table: string; limit: number }) =>
      `"remove" operation would put ${c.count} ${c.what} in column ${c.column} of table ${c.table} ` +
      `but the minimum number is ${c.limit}`,
  },
  "vsctl/clear": {
    message: (c: { table: string; column: string }) =>
      `"clear" operation cannot be applied to column ${c.column} of table ${c.table}, which is not allowed to be empty`,
  },
  "vsctl/id": { message: (c: { id: string }) => `row id "${c.id}" does not begin with "@"` },
  "vsctl/id-twice": { message: (c: { id: string }) => `row id "${c.id}" may only be specified on one --id option` },
  "vsctl/id-early": {
    message: (c: { id: string }) => `row id "${c.id}" specified on "get" command was used before it was defined`,
  },
  "vsctl/id-unknown": {
    message: (c: { id: string }) =>
      `row id "${c.id}" is referenced but never created (e.g. with "-- --id=${c.id} create ...")`,
  },
  "vsctl/id-if-exists": { message: () => "--if-exists and --id may not be specified together" },
  "vsctl/all-records": { message: () => "--all and records argument should not be specified together" },
  "vsctl/all-if-exists": { message: () => "--all and --if-exists should not be specified together" },

  // plan, history, undo
  "vsctl/log": {
    message: (c: { path: string; why: string }) => `${c.path}: cannot read the database's log (${c.why})`,
  },
  "vsctl/no-change": {
    message: (c: { number: number | undefined }) =>
      c.number === undefined ? "the log has no change by ovs-vsctl to undo" : `the log has no change ${c.number}`,
  },
  "vsctl/undo-snapshot": {
    message: (c: { number: number }) =>
      `cannot undo change ${c.number}: the log was compacted there, and what was before is gone`,
  },
  "vsctl/undo-nothing": {
    message: (c: { number: number }) => `cannot undo change ${c.number}: it changed nothing that people write`,
  },
  "vsctl/undo-conflict": {
    message: (c: { number: number; what: string }) => `cannot undo change ${c.number}: ${c.what}`,
  },
  "vsctl/not-a-number": {
    message: (c: { command: string; text: string }) => `${c.command}: "${c.text}" is not a number of a change`,
  },

  // bridges, ports, interfaces
  "vsctl/no-bridge": { message: (c: Name) => `no bridge named ${c.name}` },
  "vsctl/no-port": { message: (c: Name) => `no port named ${c.name}` },
  "vsctl/no-iface": { message: (c: Name) => `no interface named ${c.name}` },
  "vsctl/no-port-or-iface": { message: (c: Name) => `no port or interface named ${c.name}` },
  "vsctl/empty-name": { message: (c: { kind: string }) => `${c.kind} name must not be empty string` },
  "vsctl/exists": {
    message: (c: Name & { make: string; kind: string; bridge?: string }) =>
      `cannot create ${c.make} named ${c.name} because ${c.kind} named ${c.name} already exists${
        c.bridge === undefined ? "" : ` on bridge ${c.bridge}`
      }`,
  },
  "vsctl/add-br-arity": { message: () => "'add-br' command takes exactly 1 or 3 arguments" },
  "vsctl/vlan": { message: () => "add-br: vlan must be between 0 and 4095" },
  "vsctl/may-exist-vlan-bridge": {
    message: (c: Name & { vlan: number }) =>
      `"--may-exist add-br ${c.name}" but ${c.name} is a VLAN bridge for VLAN ${c.vlan}`,
  },
  "vsctl/may-exist-other": {
    message: (c: Name & { parent: string; vlan: number; fact: string }) =>
      `"--may-exist add-br ${c.name} ${c.parent} ${c.vlan}" but ${c.name} ${c.fact}`,
  },
  "vsctl/fake-parent": { message: () => "cannot create bridge with fake bridge as parent" },
  "vsctl/no-parent": { message: (c: Name) => `parent bridge ${c.name} does not exist` },
  "vsctl/vlan-taken": {
    message: (c: Name & { child: string; vlan: number }) =>
      `bridge ${c.name} already has a child VLAN bridge ${c.child} on VLAN ${c.vlan}`,
  },
  "vsctl/fake-bridge": { message: (c: Name) => `${c.name} is a fake bridge` },
  "vsctl/elsewhere": {
    message: (c: Name & { command: string; where: string }) =>
      `"${c.command}" but ${c.name} is actually attached to ${c.where}`,
  },
  "vsctl/other-ifaces": {
    message: (c: Name & { command: string; ifaces: readonly string[] }) =>
      `"${c.command}" but ${c.name} actually has interface(s) ${c.ifaces.join(", ")}`,
  },
  "vsctl/bond-size": {
    message: (c: { count: number }) => `add-bond requires at least 2 interfaces, but only ${c.count} were specified`,
  },
  "vsctl/local-port": {
    message: (c: Name) =>
      `cannot delete port ${c.name} because it is the local port for bridge ${c.name} (deleting this port requires deleting the entire bridge)`,
  },
  "vsctl/not-on-bridge": {
    message: (c: { bridge: string; port: string; child?: string }) =>
      `bridge ${c.bridge} does not have a port ${c.port}${
        c.child === undefined ? "" : ` (although its child bridge ${c.child} does)`
      }`,
  },
  "vsctl/not-in-port": {
    message: (c: { port: string; iface: string }) => `port ${c.port} does not have an interface ${c.iface}`,
  },
  "vsctl/last-iface": { message: (c: { port: string }) => `cannot delete last interface from port ${c.port}` },
  "vsctl/fail-mode": { message: () => 'fail-mode must be "standalone" or "secure"' },
  "vsctl/bad-number": { message: (c: { value: string }) => `Invalid argument ${c.value}` },

  // datapaths and conntrack zones
  "vsctl/no-datapath": { message: (c: Name) => `datapath ${c.name} does not exist` },
  "vsctl/datapath-record": { message: (c: Name) => `datapath: ${c.name} record not found` },
  "vsctl/datapath-quoted": { message: (c: Name) => `datapath "${c.name}" record not found` },
  "vsctl/zone-exists": { message: (c: { zone: number }) => `zone id ${c.zone} already exists` },
  "vsctl/no-zone": { message: (c: { zone: number }) => `zone id ${c.zone} does not exist` },
  "vsctl/bad-zone": { message: (c: { value: string }) => `"${c.value}" is not a zone: 0 to 65535, or default` },
  "vsctl/bad-limit": { message: (c: { value: string }) => `"${c.value}" is not a limit: 0 to 4294967295` },
  "vsctl/no-limit": {
    message: (c: { zone: number | "default" }) =>
      c.zone === "default" ? "datapath does not have a limit" : `zone_id ${c.zone} does not have a limit`,
  },
  "vsctl/no-policy": { message: () => "No timeout policy" },
});
