"""Compares what Muster exported with what ldapsearch read (export), or with the changes that were made (changes)."""
import base64
import csv
import sys

csv.field_size_limit(1 << 30)


def records(path):
    record = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if not line:
                if record:
                    yield record
                record = []
            elif not line.startswith("#"):
                name, _, value = line.partition(":")
                record.append((name, base64.b64decode(value[1:]) if value.startswith(":") else value.strip().encode()))
    if record:
        yield record


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def export(ldif, entries, links):
    wanted, held = {}, set()
    for record in records(ldif):
        dn = record[0][1].decode()
        values = {}
        for name, value in record[1:]:
            if name == "member":
                held.add((dn, value.decode()))
            else:
                values.setdefault(name, []).append(value)
        wanted[dn] = values
    found = 0
    for row in rows(entries):
        values = wanted.get(row["dn"])
        if values is None:
            sys.exit(f"ldapsearch has no entry {row['dn']}")
        found += 1
        for name, value in row.items():
            if name in ("command", "dn", "parentdn", "rdn", "objectGUID"):
                continue
            expected = "\n".join(sorted(v.decode() for v in values.get(name, [])))
            if expected != value:
                sys.exit(f"{row['dn']}: {name} is '{value}' and not '{expected}'")
    if found != len(wanted):
        sys.exit(f"{found} entries instead of {len(wanted)}")
    read = {(row["dn"], row["member"]) for row in rows(links)}
    if read != held:
        sys.exit(f"{len(read)} links instead of {len(held)}")


def changes(ldif, entries, links):
    wanted, held = set(), set()
    for record in records(ldif):
        dn = record[0][1].decode()
        wanted.add(dn)
        held.update((dn, value.decode()) for name, value in record if name == "member")
    found = {row["dn"] for row in rows(entries)}
    # A group of which only the members have changed need not have a row of its own.
    if not wanted - {dn for dn, _ in held} <= found <= wanted:
        sys.exit(f"{len(found)} entries instead of {len(wanted)}: {sorted(found ^ wanted)[:5]}")
    told = {(row["dn"], row["member"]) for row in rows(links) if row["command"] == "insert"}
    if told != held:
        sys.exit(f"{len(told)} links instead of {len(held)}: {sorted(told ^ held)[:5]}")


{"export": export, "changes": changes}[sys.argv[1]](*sys.argv[2:])
