"""Fills the database of a domain whose server is stopped: directory-load.py SMB.CONF SAM.LDB USERS GROUPS MEMBERS. Python's samba module is Debian's."""
import sys
import time

from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

UNITS = 50


def fill(configuration, database, users, groups, members):
    parameters = LoadParm()
    parameters.load(configuration)
    parameters.set("log level", "0")
    sam = SamDB(url=database, session_info=system_session(), lp=parameters, options=["nosync:true"])
    root = "OU=Bench," + str(sam.get_default_basedn())
    start = time.time()

    def name(number):
        return f"CN=User{number:06d},OU=U{number % UNITS},{root}"

    def entries():
        yield {"dn": root, "objectClass": "organizationalUnit"}
        for unit in [f"U{number}" for number in range(UNITS)] + ["Groups"]:
            yield {"dn": f"OU={unit},{root}", "objectClass": "organizationalUnit"}
        for number in range(users):
            yield {
                "dn": name(number), "objectClass": "user", "sAMAccountName": f"user{number:06d}", "givenName": f"Given{number}", "sn": f"Family{number}",
                "displayName": f"Given{number} Family{number}", "mail": f"user{number:06d}@muster.test", "userPrincipalName": f"user{number:06d}@muster.test",
                "employeeID": str(number), "title": f"Title {number % 40}", "department": f"Department {number % 100}",
                "telephoneNumber": f"+33 1 {number:06d}", "userAccountControl": "514",
            }
        for number in range(groups):
            held = {name((number * 31 + member * 97) % users) for member in range(members)}
            yield {
                "dn": f"CN=Group{number:05d},OU=Groups,{root}", "objectClass": "group", "sAMAccountName": f"group{number:05d}",
                "description": f"Group {number}", "member": sorted(held),
            }

    # One transaction for some entries: each commit rewrites the indexes that they touch.
    sam.transaction_start()
    count = 0
    for entry in entries():
        sam.add(entry)
        count += 1
        if count % (1000 if count < users else 50) == 0:
            sam.transaction_commit()
            sam.transaction_start()
            if count % 5000 == 0:
                print(f"{count} entries after {time.time() - start:.0f} s", file=sys.stderr, flush=True)
    sam.transaction_commit()


fill(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
