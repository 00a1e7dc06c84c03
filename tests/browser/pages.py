"""Every page that the checks of all pages visit: its path, and the official who opens it ("" for residents)."""

from __future__ import annotations


def pages(city) -> list[tuple[str, str, str]]:
    """Name, path and official of each page, in the order of the pictures."""
    number = city.numbers
    return [
        ("home", "/", ""),
        ("design", "/design", ""),
        ("missing", "/requests/MZ00-AAAAAAAA/", ""),
        ("nowhere", "/nowhere", ""),
        ("file-what", "/requests/new/what/", ""),
        ("list", "/requests/", ""),
        ("search", "/requests/?q=路灯&state=open", ""),
        *(
            (f"public-{state}", f"/requests/{number[state]}/", "")
            for state in ("handling", "overdue", "parked", "replied", "excluded", "silent")
        ),
        ("mine", city.mine("replied"), ""),
        ("mine-confirm", city.mine("replied") + "confirm/", ""),
        ("mine-reopen", city.mine("to_reopen") + "reopen/", ""),
        ("mine-forget", city.mine("to_reopen") + "forget/", ""),
        ("rates-district", "/rates/?by=district", ""),
        ("rates-unit", "/rates/?by=unit", ""),
        ("rates-category", "/rates/?by=category", ""),
        ("rates-month", "/rates/?by=month", ""),
        ("rates-data", "/rates/data/", ""),
        ("topics", "/topics/", ""),
        ("services", "/scenes/", ""),
        ("contract", "/scenes/water-charge/contract/", ""),
        ("check-contract", "/scenes/check-contract/?pack=water-charge", "clerk"),
        ("ledger", "/ledger/", ""),
        ("verify", "/verify/", ""),
        ("sign-in", "/sign-in/", ""),
        ("account", "/account/", "clerk"),
        ("posts", "/posts/", "operator"),
        ("posts-unit", "/posts/?unit=MZ-WATER", "operator"),
        ("post", "/posts/water/", "operator"),
        ("post-appoint", "/posts/appoint/?unit=MZ-WATER", "operator"),
        ("desk", "/desk/", "officer"),
        ("desk-handling", f"/desk/{number['handling']}/", "officer"),
        ("desk-joint", f"/desk/{number['joint']}/", "officer"),
        *(
            (f"act-{verb}", f"/desk/{number['handling']}/{verb}/", "officer")
            for verb in ("reply", "contact", "propose_return", "call_joint", "extend", "pause", "propose_exclusion", "note")
        ),
        ("act-accept", f"/desk/{number['sent']}/accept/", "officer"),
        ("act-approve_return", f"/desk/{number['returning']}/approve_return/", "head"),
        ("act-dispatch", f"/desk/{number['handling']}/dispatch/", "clerk"),
        *(
            (f"board-{name}", f"/board/{name}/", "supervisor")
            for name in ("overdue", "supervised", "parked", "excluded", "joint", "proposals")
        ),
    ]
