"""What Open311 refuses, with the status that GeoReport v2 gives it."""

from __future__ import annotations

from mingtang.kernel import CallerMistake, RefusedInput, Sentence


class Missing(RefusedInput):
    """A parameter that must be there is not."""

    code = "open311.missing"
    text = Sentence("缺少参数 {name}。", "{name} was not provided.")
    next_step = Sentence("请补充后再发送。", "Add it and send again.")


class Malformed(RefusedInput):
    """A parameter cannot be read."""

    code = "open311.malformed"
    text = Sentence("参数 {name} 不能这样写：{reason}。", "{name} cannot be read: {reason}.")
    next_step = Sentence("请对照接口说明改正。", "See the description of the interface and correct it.")


class NotHere(CallerMistake):
    """There is no such thing: service, jurisdiction, token, address of the interface."""

    code = "open311.not_found"
    status = 404
    text = Sentence("没有这个 {name}。", "{name} was not found.")
    next_step = Sentence("可用的地址见 discovery.json。", "See discovery.json for what there is.")


class KeyNeeded(CallerMistake):
    """A key is missing, unknown or revoked."""

    code = "open311.key"
    status = 403
    text = Sentence("api_key 缺失、无效或已吊销。", "The api_key is missing, invalid or revoked.")
    next_step = Sentence("请向热线申请密钥。", "Ask the hotline for a key.")


class NoMethod(CallerMistake):
    """The address does not take this method."""

    code = "open311.method"
    status = 405
    text = Sentence("这个地址只接受 {allowed}。", "This address takes {allowed} only.")


class NoFormat(CallerMistake):
    """The format is neither XML nor JSON."""

    code = "open311.format"
    status = 406
    text = Sentence("只提供 xml 和 json 两种格式。", "The formats are xml and json.")
    next_step = Sentence("请在地址末尾写 .xml 或 .json。", "End the address with .xml or .json.")


class TooOften(CallerMistake):
    """A client without a key asks more often than the pack allows."""

    code = "open311.too_often"
    status = 429
    text = Sentence("请求过于频繁，请在 {seconds} 秒后再试。", "Too many requests; try again in {seconds} seconds.")
    next_step = Sentence("有密钥的机构系统不受此限。", "Agencies' systems with a key are not limited.")
