# Debian's python3-openvswitch and python3-ovsdbapp as clients of our server: `ovsdb-python.py STEP`. A step prints what is
# wrong and ends with 1, or ends with 0.
import os
import subprocess
import sys
import time

import ovs.db.idl
import ovs.poller
import ovs.stream

run = os.environ["OVS_RUNDIR"]
REMOTE = f"unix:{run}/db.sock"
SCHEMA = os.environ["SCHEMA"]


def must(what, condition):
    if not condition:
        sys.exit(f"not so: {what}")


def server(*args):
    subprocess.run(["ovs-appctl", "-t", "ovsdb-server", *args], check=True, stdout=subprocess.DEVNULL)


class Watcher(ovs.db.idl.Idl):
    """An IDL that keeps the events it was told of."""

    def __init__(self, tables, remote=REMOTE, **options):
        helper = ovs.db.idl.SchemaHelper(SCHEMA)
        for table in tables:
            helper.register_table(table)
        super().__init__(remote, helper, **options)
        self.events = []

    def notify(self, event, row, updates=None):
        self.events.append((event, row._table.name, row.uuid))

    def rows(self, table):
        return list(self.tables[table].rows.values())

    def until(self, condition, seconds=10):
        """Runs until the condition holds; says whether it came to hold."""
        end = time.time() + seconds
        while time.time() < end:
            self.run()
            if condition():
                return True
            poller = ovs.poller.Poller()
            self.wait(poller)
            poller.timer_wait(100)
            poller.block()
        return False


def commit(idl, change):
    """One transaction; `change` makes it. Its status."""
    txn = ovs.db.idl.Transaction(idl)
    result = change(txn)
    status = txn.commit_block()
    return status, result, txn


def ready(*tables, **options):
    idl = Watcher(tables, **options)
    must("the first contents come", idl.until(lambda: idl.has_ever_connected()))
    return idl


def root(idl):
    return idl.rows("Open_vSwitch")[0]


def add_bridge(idl, name):
    def change(txn):
        bridge = txn.insert(idl.tables["Bridge"])
        bridge.name = name
        root(idl).addvalue("bridges", bridge)
        return bridge

    return commit(idl, change)


def idl_writes():
    idl = ready("Open_vSwitch", "Bridge", "Port")
    status, bridge, txn = add_bridge(idl, "one")
    must("an insert commits", status == ovs.db.idl.Transaction.SUCCESS)
    uuid = txn.get_insert_uuid(bridge.uuid)
    must("the row is there", idl.until(lambda: uuid in idl.tables["Bridge"].rows))
    row = idl.tables["Bridge"].rows[uuid]

    def modify(txn):
        row.verify("name")
        row.external_ids = {"a": "b", "c": "d"}
        row.setkey("other_config", "hwaddr", "00:00:00:00:00:01")

    must("a modification commits", commit(idl, modify)[0] == "success")
    must("it is seen", idl.until(lambda: row.external_ids == {"a": "b", "c": "d"}))
    must("the rest too", row.other_config == {"hwaddr": "00:00:00:00:00:01"})

    def mutate(txn):
        row.delkey("external_ids", "a")
        row.setkey("external_ids", "e", "f")

    must("a mutation commits", commit(idl, mutate)[0] == "success")
    must("it is seen", idl.until(lambda: row.external_ids == {"c": "d", "e": "f"}))

    def wrong(txn):
        row.fail_mode = ["bogus"]

    try:
        status = commit(idl, wrong)[0]
    except ovs.db.error.Error:
        status = "error"
    must("a value that the schema forbids does not commit", status != "success")

    txn = ovs.db.idl.Transaction(idl)
    row.verify("external_ids")
    row.external_ids = {"mine": "1"}
    other = ready("Open_vSwitch", "Bridge")
    theirs = other.tables["Bridge"].rows[uuid]
    other_txn = ovs.db.idl.Transaction(other)
    theirs.external_ids = {"theirs": "1"}
    must("another client commits first", other_txn.commit_block() == "success")
    must("what was verified has changed: try again", txn.commit_block() == ovs.db.idl.Transaction.TRY_AGAIN)
    must("the other's value stands", idl.until(lambda: row.external_ids == {"theirs": "1"}))

    def remove(txn):
        root(idl).delvalue("bridges", row)

    must("the root lets go", commit(idl, remove)[0] == "success")
    must("the row is collected", idl.until(lambda: uuid not in idl.tables["Bridge"].rows))
    kinds = [event for event, table, row_uuid in idl.events if table == "Bridge" and row_uuid == uuid]
    must("events came in order", kinds[0] == "create" and kinds[-1] == "delete" and "update" in kinds)


def idl_conditions():
    writer = ready("Open_vSwitch", "Bridge")
    idl = ready("Open_vSwitch", "Bridge")
    names = lambda: {row.name for row in idl.rows("Bridge")}
    for name in ("c1", "c2", "c3"):
        must("insert", add_bridge(writer, name)[0] == "success")
    must("all are seen", idl.until(lambda: {"c1", "c2", "c3"} <= names()))
    idl.cond_change("Bridge", [["name", "==", "c2"]])
    must("one is left", idl.until(lambda: names() == {"c2"}))
    must("insert", add_bridge(writer, "c4")[0] == "success")
    idl.cond_change("Bridge", [["name", "==", "c2"], ["name", "==", "c4"]])
    must("one comes", idl.until(lambda: names() == {"c2", "c4"}))
    row = next(row for row in writer.rows("Bridge") if row.name == "c1")

    def label(txn):
        row.external_ids = {"seen": "no"}

    must("modify", commit(writer, label)[0] == "success")
    server("ovsdb-server/reconnect")
    must("after a new connection it is the same", idl.until(lambda: idl.cond_seqno and names() == {"c2", "c4"}))
    idl.cond_change("Bridge", [])
    must("none is left", idl.until(lambda: names() == set()))
    idl.cond_change("Bridge", [True])
    must("all are back", idl.until(lambda: {"c1", "c2", "c3", "c4"} <= names()))


def idl_locks():
    first, second = ready("Open_vSwitch", "Bridge"), ready("Open_vSwitch", "Bridge")
    first.set_lock("mine")
    must("the first has the lock", first.until(lambda: first.has_lock))
    second.set_lock("mine")
    must("the second waits", second.until(lambda: second.is_lock_contended) and not second.has_lock)
    must("who has it writes", add_bridge(first, "locked")[0] == "success")
    must("who waits does not", add_bridge(second, "unlocked")[0] == ovs.db.idl.Transaction.NOT_LOCKED)
    first.close()
    must("it passes on", second.until(lambda: second.has_lock))
    must("and the next writes", add_bridge(second, "now")[0] == "success")


def idl_reconnects():
    idl = ready("Open_vSwitch", "Bridge")
    writer = ready("Open_vSwitch", "Bridge")
    for turn in range(3):
        must("insert", add_bridge(writer, f"r{turn}a")[0] == "success")
        server("ovsdb-server/reconnect")
        status = "try again"
        for _ in range(100):
            status = add_bridge(writer, f"r{turn}b")[0]
            if status == "success":
                break
            writer.until(lambda: False, 0.1)
        must(f"insert after a new connection ({status})", status == "success")
    wanted = {f"r{turn}{half}" for turn in range(3) for half in "ab"}
    names = lambda: {row.name for row in idl.rows("Bridge")}
    must("nothing was lost", idl.until(lambda: wanted <= names()))



def idl_restart():
    idl = ready("Open_vSwitch", "Bridge")
    before = {row.name for row in idl.rows("Bridge")}
    subprocess.run(["bash", "-c", os.environ["RESTART"]], check=True)
    writer = ready("Open_vSwitch", "Bridge")
    must("insert", add_bridge(writer, "after")[0] == "success")
    must("it goes on", idl.until(lambda: {row.name for row in idl.rows("Bridge")} == before | {"after"}, 15))


def ovsdbapp():
    from ovsdbapp.backend.ovs_idl import connection
    from ovsdbapp.schema.open_vswitch import impl_idl

    idl = connection.OvsdbIdl.from_server(REMOTE, "Open_vSwitch")
    api = impl_idl.OvsdbIdl(connection.Connection(idl, timeout=10))
    call = lambda command: command.execute(check_error=True)
    with api.transaction(check_error=True) as txn:
        txn.add(api.add_br("app", datapath_type="netdev"))
        txn.add(api.add_port("app", "p1"))
        txn.add(api.db_set("Interface", "p1", ("type", "dummy"), ("external_ids", {"iface-id": "x"})))
        txn.add(api.db_set("Bridge", "app", ("fail_mode", "secure")))
    must("the bridge is there", call(api.br_exists("app")) and "app" in call(api.list_br()))
    must("and its port", call(api.list_ports("app")) == ["p1"] and call(api.port_to_br("p1")) == "app")
    must("a value is read", call(api.db_get("Bridge", "app", "fail_mode")) == "secure")
    found = call(api.db_find("Interface", ("external_ids", "=", {"iface-id": "x"}), columns=["name"]))
    must("a row is found", found == [{"name": "p1"}])
    must("the switch has told its number", call(api.db_get("Interface", "p1", "ofport")) not in ([], None))
    call(api.set_controller("app", ["tcp:127.0.0.1:6653"]))
    must("a controller is set", call(api.get_controller("app")) == ["tcp:127.0.0.1:6653"])
    call(api.del_controller("app"))
    call(api.db_add("Bridge", "app", "external_ids", {"k": "v"}))
    must("a key is added", call(api.db_get("Bridge", "app", "external_ids")) == {"k": "v"})
    call(api.db_remove("Bridge", "app", "external_ids", "k"))
    must("and taken", call(api.db_get("Bridge", "app", "external_ids")) == {})

    call(api.del_port("p1", bridge="app"))
    must("the port goes", call(api.list_ports("app")) == [])
    server("ovsdb-server/reconnect")
    time.sleep(3)
    call(api.del_br("app"))
    must("the bridge goes after a new connection", not call(api.br_exists("app")))


STEPS = {step.__name__: step for step in (idl_writes, idl_conditions, idl_locks, idl_reconnects, idl_restart, ovsdbapp)}
STEPS[sys.argv[1]]()
