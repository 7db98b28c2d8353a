#!/usr/bin/env python3
"""ovsdb-random.py [-n COUNT] [-s SEED] [-b BIN] - random transactions against two database servers.

Needs the reference (Debian's openvswitch-common). Both servers get the same requests, wrong ones among them; replies,
monitor updates and, after the server was killed and started again, the whole contents must be the same. UUIDs are
given by us; _version and the order of rows are not compared. Exit status 1 tells the first difference, 77 no reference.
"""
import argparse, json, os, random, signal, socket, subprocess, sys, tempfile, time

SCHEMA = {"name": "P", "version": "1.0.0", "tables": {
    "A": {"isRoot": True, "indexes": [["s"]], "columns": {
        "s": {"type": "string"}, "i": {"type": "integer"}, "r": {"type": "real"}, "b": {"type": "boolean"},
        "is": {"type": {"key": {"type": "integer", "minInteger": -20, "maxInteger": 50}, "min": 0, "max": 4}},
        "os": {"type": {"key": {"type": "string", "maxLength": 3}, "min": 0, "max": 1}},
        "rs": {"type": {"key": "real", "min": 0, "max": "unlimited"}},
        "m": {"type": {"key": "string", "value": "integer", "min": 0, "max": 3}},
        "en": {"type": {"key": {"type": "string", "enum": ["set", ["x", "y"]]}, "min": 0, "max": 2}},
        "kid": {"type": {"key": {"type": "uuid", "refTable": "K"}, "min": 0, "max": 2}},
        "pal": {"type": {"key": {"type": "uuid", "refTable": "A", "refType": "weak"}, "min": 0, "max": "unlimited"}},
        "fix": {"type": "integer", "mutable": False}, "e": {"type": "integer", "ephemeral": True}}},
    "K": {"columns": {"n": {"type": "integer"}, "next": {"type": {"key": {"type": "uuid", "refTable": "K"}, "min": 0, "max": 1}}}},
    "L": {"isRoot": True, "maxRows": 3, "columns": {
        "w": {"type": {"key": {"type": "uuid", "refTable": "A", "refType": "weak"}, "min": 1, "max": 2}}, "n": {"type": "integer"}}}}}
INTEGERS = [0, 1, -1, 2, 3, 7, 50, 51, -20, -21, 2 ** 31, -2 ** 31, 2 ** 53, 2 ** 53 + 1, 2 ** 62, 2 ** 63 - 1, -2 ** 63, 2 ** 63, -2 ** 63 - 1]
REALS = [0, 0.5, -1.25, 3, 1e10, 1.5e300, 1e-7, 0.1, 1 / 3, -2.0, 1e17, 123456789012345678]
STRINGS = ["", "a", "b", "abc", "abcd", "é", "\n", "true", "x", "y", "z"]
UUIDS = ["%08d-0000-4000-8000-000000000000" % n for n in range(1, 13)]


class Generator:
    def __init__(self, rng):
        self.rng, self.names = rng, []

    def uuid(self):
        if self.names and self.rng.random() < 0.4:
            return ["named-uuid", self.rng.choice(self.names)]
        return ["uuid", self.rng.choice(UUIDS)]

    def atom(self, kind):
        if self.rng.random() < 0.006:
            return self.rng.choice([None, True, "q", 1.5, [], {}, ["uuid", "x"], ["set", []]])
        return {"integer": lambda: self.rng.randrange(8) if self.rng.random() < 0.85 else self.rng.choice(INTEGERS), "real": lambda: self.rng.choice(REALS),
                "boolean": lambda: self.rng.random() < 0.5, "string": lambda: self.rng.choice(STRINGS), "uuid": self.uuid}[kind]()

    def value(self, column, more=0):
        kind = column["type"]
        if isinstance(kind, str):
            return self.atom(kind)
        key = kind["key"] if isinstance(kind["key"], str) else kind["key"]["type"]
        limit = kind.get("max", 1)
        count = self.rng.randrange(kind.get("min", 1), 4 + more if limit == "unlimited" or self.rng.random() < 0.05 else limit + 1)
        if "value" in kind:
            return ["map", [[self.atom(key), self.atom(kind["value"])] for _ in range(count)]]
        if count == 1 and self.rng.random() < 0.7:
            return self.atom(key)
        if isinstance(kind["key"], dict) and "enum" in kind["key"] and self.rng.random() < 0.95:
            return ["set", self.rng.sample(kind["key"]["enum"][1], min(count, 2))]
        return ["set", [self.atom(key) for _ in range(count)]]

    def columns(self, table):
        return SCHEMA["tables"][table]["columns"]

    def row(self, table):
        columns = self.columns(table)
        names = self.rng.sample(sorted(columns), self.rng.randrange(0, min(5, len(columns)) + 1))
        row = {name: self.value(columns[name]) for name in names}
        if table == "A" and self.rng.random() < 0.8:
            row["s"] = self.rng.choice("abcdefghijkl") + str(self.rng.randrange(3))
        if table == "L" and self.rng.random() < 0.9:
            row["w"] = self.uuid()
        return row

    def clause(self, table):
        columns = self.columns(table)
        if self.rng.random() < 0.3:
            return ["_uuid", "==", self.uuid()]
        name = self.rng.choice(sorted(columns))
        return [name, self.rng.choice(["==", "!=", "<", "<=", ">", ">=", "includes", "excludes"]), self.value(columns[name])]

    def where(self, table):
        return [self.clause(table) for _ in range(self.rng.choice([0, 1, 1, 1, 2]))]

    def mutation(self, table):
        columns = self.columns(table)
        name = self.rng.choice(sorted(columns))
        mutator = self.rng.choice(["+=", "-=", "*=", "/=", "%=", "insert", "delete", "insert", "delete"])
        kind = columns[name]["type"]
        key = kind if isinstance(kind, str) else kind["key"] if isinstance(kind["key"], str) else kind["key"]["type"]
        if mutator.endswith("="):
            return [name, mutator, self.atom(key)]
        if mutator == "delete" and isinstance(kind, dict) and "value" in kind and self.rng.random() < 0.5:
            return [name, mutator, ["set", [self.atom(key)]]]
        return [name, mutator, self.value(columns[name], 2)]

    def operation(self):
        table = self.rng.choice(["A", "A", "A", "K", "K", "L"])
        op = self.rng.choice(["insert"] * 5 + ["select", "update", "update", "mutate", "mutate", "mutate", "delete", "wait", "comment"])
        if op == "insert":
            made = {"op": op, "table": table, "row": self.row(table), "uuid": self.rng.choice(UUIDS)}
            if self.rng.random() < 0.5:
                made["uuid-name"] = self.rng.choice(["p", "q", "s", "t"])
                self.names.append(made["uuid-name"])
            return made
        if op == "comment":
            return {"op": op, "comment": "c"}
        made = {"op": op, "table": table, "where": self.where(table)}
        if op == "update":
            made["row"] = self.row(table)
        elif op == "mutate":
            made["mutations"] = [self.mutation(table) for _ in range(self.rng.choice([1, 1, 2]))]
        elif op == "wait":
            made.update(columns=["i"] if table == "A" else ["n"], until=self.rng.choice(["==", "!="]), rows=[self.rng.choice([{}, {"n": 1}, {"i": 1}])], timeout=0)
        elif op == "select":
            made["columns"] = ["_uuid"] + sorted(self.columns(table))
        if self.rng.random() < 0.01:
            made[self.rng.choice(["extra", "table", "op", "where"])] = self.rng.choice([1, "zz", []])
        return made

    def transaction(self):
        self.names = []
        return ["P"] + [self.operation() for _ in range(self.rng.choice([1, 1, 2, 3, 4]))]


def ordered(value):
    """The same value with rows in an order of their own."""
    if isinstance(value, dict):
        value = {name: ordered(member) for name, member in value.items() if name != "_version"}
        if isinstance(value.get("rows"), list):
            value["rows"].sort(key=lambda row: json.dumps(row, sort_keys=True))
        return value
    return [ordered(member) for member in value] if isinstance(value, list) else value


# Where several rows or columns are wrong at once, which one a reply names is chance: only what went wrong is compared.
CHANCE = ("constraint violation", "referential integrity violation", "syntax error", "unknown column", "range error", "domain error", "ovsdb error")


def softened(reply):
    return json.loads(json.dumps(reply), object_hook=lambda o: {"error": "E"} if o.get("error") in CHANCE else o)


class Server:
    def __init__(self, program, tool, *options):
        self.options, self.tool = options, tool
        self.program, self.folder = program, tempfile.mkdtemp(prefix="ovsdb-random.")
        self.env = dict(os.environ, OVS_RUNDIR=self.folder, OVS_LOGDIR=self.folder, OVS_DBDIR=self.folder)
        with open(self.folder + "/p.ovsschema", "w") as out:
            json.dump(SCHEMA, out)
        subprocess.run([tool, "create", self.folder + "/p.db", self.folder + "/p.ovsschema"], check=True, env=self.env)
        self.start()

    def start(self):
        subprocess.run([self.program, self.folder + "/p.db", "--remote=punix:%s/s" % self.folder, "--unixctl=%s/c" % self.folder,
                        "--detach", "--no-chdir", "--pidfile=%s/pid" % self.folder, "-vconsole:off", *self.options], check=True, env=self.env)
        self.socket, self.held = socket.socket(socket.AF_UNIX), ""
        self.socket.connect(self.folder + "/s")

    def kill(self):
        with open(self.folder + "/pid") as file:
            pid = int(file.read())
        os.kill(pid, signal.SIGKILL)
        while os.path.exists("/proc/%d" % pid) and open("/proc/%d/stat" % pid).read().split()[2] != "Z":
            time.sleep(0.02)
        os.unlink(self.folder + "/pid")

    def renew(self):
        """Starts again with an empty database."""
        self.kill()
        os.unlink(self.folder + "/p.db")
        subprocess.run([self.tool, "create", self.folder + "/p.db", self.folder + "/p.ovsschema"], check=True, env=self.env)
        self.start()

    def ask(self, method, params):
        """The messages up to and with the reply."""
        self.socket.sendall(json.dumps({"id": 1, "method": method, "params": params}).encode())
        messages = []
        while True:
            try:
                message, end = json.JSONDecoder().raw_decode(self.held)
                self.held = self.held[end:]
            except ValueError:
                data = self.socket.recv(1 << 20)
                if not data:
                    sys.exit("%s closed the connection" % self.program)
                self.held += data.decode()
                continue
            if message.get("result", 0) is None:
                del message["result"]
            messages.append(ordered(message))
            if message.get("id") == 1:
                return messages


class ReferenceFault(Exception):
    """The reference kept a weak reference to a row that it deleted. When one transaction deletes two rows that a third,
    not otherwise touched, refers to, the hashes of their UUIDs decide whether it looks at the third again after the
    second (RFC 7047 3.1: "weak" references to rows that are gone are deleted)."""


def keeps_dead(server):
    """Whether a weak reference leads nowhere."""
    rows = server.ask("transact", ["P", {"op": "select", "table": "A", "where": [], "columns": ["_uuid", "pal"]},
                                   {"op": "select", "table": "L", "where": [], "columns": ["w"]}])[-1]["result"]
    there = {row["_uuid"][1] for row in rows[0]["rows"]}
    named = [value for row in rows[0]["rows"] + rows[1]["rows"] for value in (row.get("pal"), row.get("w")) if value]
    return any(uuid[1] not in there for value in named for uuid in ([value] if value[0] == "uuid" else value[1]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=2000)
    parser.add_argument("-s", type=int, default=1)
    parser.add_argument("-b", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../bin"))
    parser.add_argument("--strict", action="store_true", help="compare details of errors too")
    options = parser.parse_args()
    if not os.path.exists("/usr/sbin/ovsdb-server"):
        print("skipped: no reference (apt-get install openvswitch-common)")
        return 77
    # without this option the reference cannot read some of its own records again (a difference of more elements than
    # the column may have; reals that 15 digits do not spell)
    pair = [Server("/usr/sbin/ovsdb-server", "/usr/bin/ovsdb-tool", "--disable-file-column-diff"),
            Server(os.path.join(options.b, "ovsdb-server"), os.path.join(options.b, "ovsdb-tool"))]
    generator, refused, faults = Generator(random.Random(options.s)), 0, 0
    try:
        def both(method, params):
            replies = [server.ask(method, params) for server in pair]
            shown = replies if options.strict else [softened(reply) for reply in replies]
            if shown[0] != shown[1]:
                if keeps_dead(pair[0]) and not keeps_dead(pair[1]):
                    raise ReferenceFault
                print("request  ", json.dumps(params))
                for name, messages in zip(("reference", "ours     "), replies):
                    for message in messages:
                        print(name, json.dumps(message, sort_keys=True))
                sys.exit(1)
            return replies[0]

        everything = {table: {"columns": sorted(rows["columns"])} for table, rows in SCHEMA["tables"].items()}
        def watch():
            both("monitor", ["P", "v1", everything])
            both("monitor_cond", ["P", "v2", {"A": [{"columns": ["s", "is", "m", "pal"], "where": [["i", ">", 1], ["b", "==", True]]}]}])
        dump = ["P"] + [{"op": "select", "table": table, "where": [], "columns": ["_uuid"] + [c for c in sorted(rows["columns"]) if c != "e"]} for table, rows in SCHEMA["tables"].items()]
        watch()
        for n in range(options.n):
            try:
                reply = both("transact", generator.transaction())[-1]
            except ReferenceFault:
                faults += 1
                for server in pair:
                    server.renew()
                watch()
                continue
            refused += any(isinstance(result, dict) and "error" in result for result in reply.get("result") or [{"error": 1}])
            if n % 500 == 499:
                both("transact", dump)
                for server in pair:
                    server.kill()
                    server.start()
                both("transact", dump)
                watch()
        rows = sum(len(result["rows"]) for result in both("transact", dump)[-1]["result"])
        print("same: %d transactions (%d refused), %d rows at the end" % (options.n, refused, rows))
        if faults:
            print("%d times begun anew since the reference kept weak references to rows that it had deleted" % faults)
        return 0
    finally:
        for server in pair:
            server.kill()


if __name__ == "__main__":
    sys.exit(main())
