"""A whole city in a process of its own, for the browser: fresh data, a few requests in every state, web server and sequencer.

Run as ``python -m tests.browser.city FOLDER``; prints one line of JSON when it serves: the address, the numbers by their state, the secret links.
The browser needs a server that nothing else in the suite can disturb, hence a process and a database of its own (always SQLite).
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import time
from datetime import datetime, timedelta
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

HEAD = "MZ-D1-S1"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args) -> None:
        """Nothing: tests read the pages, not the log."""


def main(folder: str) -> None:
    """Found the city, seed it, serve it until the process is ended."""
    os.environ.update(
        MINGTANG_DATA=folder,
        MINGTANG_DEMO="1",
        MINGTANG_LOG_LEVEL="CRITICAL",
        MINGTANG_HOSTS="127.0.0.1",
        DJANGO_SETTINGS_MODULE="mingtang.site.settings",
    )
    os.environ.pop("MINGTANG_DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    from mingtang.platform.ledger import sequencer

    call_command("migrate", verbosity=0)
    known = _seed()
    while sequencer.run_once(1000):
        pass
    server = make_server("127.0.0.1", 0, get_wsgi_application(), _Server, _Quiet)
    threading.Thread(target=_sequence, args=(sequencer,), daemon=True).start()
    print(json.dumps({"address": f"http://127.0.0.1:{server.server_port}", **known}), flush=True)
    server.serve_forever()


def _sequence(sequencer) -> None:
    while True:
        sequencer.run_once(1000)
        time.sleep(0.3)


def _seed() -> dict:
    """Requests in every state, made through the real acts; their times lie before now so that pages show a city at work."""
    from mingtang.kernel import FixedClock, now, use_clock
    from mingtang.platform.cases import timers
    from mingtang.platform.people import demo

    demo.seed()
    today = now()
    numbers, secrets = {}, {}

    def at(days: float):
        return use_clock(FixedClock(today - timedelta(days=days)))

    for state, days, steps in _stories():
        filed = None
        for step in steps:
            with at(days):
                filed = step(filed)
                days -= 0.04
        numbers[state], secrets[state] = filed.number, filed.secret
        with at(max(days, 0)):
            timers.fire_due(now(), 10_000)
    _crowd(at)
    timers.fire_due(today, 100_000)
    return {"numbers": numbers, "secrets": secrets}


def _stories() -> list:
    from mingtang.city.requests import acts, reads
    from mingtang.platform.ledger.acts import Actor

    officer, second = Actor("official", "officer", HEAD), Actor("official", "head", HEAD)
    clerk, supervisor = Actor("official", "supervisor", "MZ"), Actor("official", "supervisor2", "MZ")

    def file(text: str, category: str = "", **more):
        place = acts.Place(street=HEAD)
        return lambda _none: acts.file(acts.Filing(text=text, category=category, place=place, **more), Actor("resident"))

    def then(act, *args, **more):
        def step(filed):
            act(filed.number, *args, **more)
            return filed

        return step

    def to_head(filed):
        """The contract may have sent it there already."""
        if reads.public(filed.number).unit != HEAD:
            acts.dispatch(filed.number, HEAD, clerk, "由街道办理此类事项")
        return filed

    lamp, grave = "望潮路的路灯不亮，晚上很黑，已经一个星期了", "The gate of the playground has been broken since Monday."
    lead = (to_head, then(acts.accept, officer))
    told = then(acts.reply, "已于今天下午换好灯泡，夜里请再看一次。", officer)
    return [
        ("sent", 0.3, (file(lamp), to_head)),
        ("handling", 1, (file(grave), *lead)),
        ("overdue", 40, (file("小区门口的垃圾堆了很久没有人清运"), *lead)),
        (
            "returning",
            1,
            (file("河边的护栏松了，孩子容易掉下去"), *lead, then(acts.propose_return, "护栏由水务部门管理，不在街道", officer)),
        ),
        (
            "parked",
            3,
            (
                file("巷子太窄，消防车进不来，希望拓宽"),
                *lead,
                then(acts.park, "需列入明年的财政预算", (datetime.now() + timedelta(days=20)).date(), clerk, ground="funding"),
            ),
        ),
        ("paused", 1, (file("隔壁工厂夜里有异味，请检测"), *lead, then(acts.pause, "expert", "正在等环境检测的结果", officer))),
        (
            "joint",
            1,
            (
                file("夜市占道，油烟很大，好几家单位推来推去"),
                *lead,
                then(acts.call_joint, ["MZ-URBAN"], "请城管部门一起到现场", officer),
            ),
        ),
        (
            "excluded",
            5,
            (
                file("要求给我家单独修一条路"),
                *lead,
                then(acts.propose_exclusion, "unlawful_demand", "诉求没有法律依据", second),
                then(acts.approve_exclusion, clerk, "同意，诉求没有法律依据"),
            ),
        ),
        (
            "proposed",
            1,
            (
                file("和上个月说的是同一件事，路面还是坑"),
                *lead,
                then(acts.propose_exclusion, "duplicate", "与在办诉求重复", officer),
            ),
        ),
        ("replied", 2, (file(lamp, media=(_photo(),)), *lead, told)),
        (
            "to_reopen",
            3,
            (
                file(grave, language="en"),
                *lead,
                told,
                lambda filed: (acts.confirm(filed.number, filed.secret, True, True, True), filed)[1],
            ),
        ),
        (
            "unsolved",
            4,
            (
                file("楼上漏水，问了三次"),
                *lead,
                told,
                lambda filed: (acts.confirm(filed.number, filed.secret, True, False, False), filed)[1],
            ),
        ),
        ("extended", 2, (file("希望增加一个公交站"), *lead, then(acts.extend, "须与公交公司商定站点", officer))),
        ("silent", 30, (file("人行道的地砖松了"), *lead, told)),
        ("supervised", 12, (file("夜里施工到两点，没法睡觉"), *lead, then(acts.note, "已约谈施工单位", supervisor, public=True))),
    ]


def _photo():
    """A small picture of our own making, stored as an upload is."""
    from PIL import Image, ImageDraw

    from mingtang.city.requests import photos

    picture = Image.new("RGB", (640, 420), "#27323c")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((300, 80, 316, 400), fill="#8a8f94")
    draw.ellipse((270, 40, 346, 100), fill="#4a5157")
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return photos.store(out.getvalue())


def _crowd(at) -> None:
    """Enough answered requests in two districts that rates are shown and ranked."""
    from mingtang.city.requests import acts
    from mingtang.platform.ledger.acts import Actor

    for i in range(48):
        street = f"MZ-D{1 + i % 4}-S{1 + i % 3}"
        officer = Actor("official", f"{street}-2", street)
        with at(75 - i):
            filed = acts.file(
                acts.Filing(text="小区里的健身器材坏了，请修一修", place=acts.Place(street=street)), Actor("resident")
            )
            acts.dispatch(
                filed.number, street, Actor("official", "supervisor", "MZ"), "由街道办理此类事项"
            ) if filed.unit != street else None
            acts.accept(filed.number, officer)
        with at(75 - i - 2 - (i % 5 == 0) * 9):
            acts.reply(filed.number, "器材已修好，请放心使用。", officer)
        with at(75 - i - 3 - (i % 5 == 0) * 9):
            solved = i % 6 != 0
            if i % 8:
                acts.confirm(filed.number, filed.secret, True, solved, solved and i % 7 != 0)


if __name__ == "__main__":
    main(sys.argv[1])
