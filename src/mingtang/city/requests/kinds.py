"""Plain names of the acts that this app seals, as the pages of the ledger show them."""

from mingtang.kernel import Sentence

KINDS = {
    "requests.file": Sentence("提交诉求", "Request filed"),
    "requests.dispatch": Sentence("派单", "Request dispatched"),
    "requests.accept": Sentence("承办单位签收", "Accepted by the office"),
    "requests.contact": Sentence("联系诉求人", "Resident contacted"),
    "requests.reply": Sentence("答复", "Reply"),
    "requests.extend": Sentence("延长办理时限", "Deadline extended"),
    "requests.note": Sentence("记录办理情况", "Note on the work"),
    "requests.release_photo": Sentence("公开照片", "Photograph made public"),
    "requests.propose_return": Sentence("申请退单", "Return proposed"),
    "requests.approve_return": Sentence("退单审核", "Return decided"),
    "requests.propose_exclusion": Sentence("申请不计考核", "Exclusion from rating proposed"),
    "requests.approve_exclusion": Sentence("不计考核的审核", "Exclusion from rating decided"),
    "requests.call_joint": Sentence("召集联合办理", "Offices called together"),
    "requests.arrive": Sentence("到场", "Arrival on site"),
    "requests.score_joint": Sentence("联合办理评分", "Joint work scored"),
    "requests.pause": Sentence("暂停计时", "Clock paused"),
    "requests.resume": Sentence("恢复计时", "Clock resumed"),
    "requests.park": Sentence("挂账", "Request parked"),
    "requests.unpark": Sentence("解除挂账", "Request taken up again"),
    "requests.review_parked": Sentence("挂账到期复核", "Parked request due for review"),
    "requests.escalate": Sentence("逾期升级督办", "Escalated after the deadline"),
    "requests.expire_confirmation": Sentence("确认期满", "Time for confirming passed"),
    "requests.confirm": Sentence("诉求人确认办结", "Resident confirmed"),
    "requests.reopen": Sentence("诉求人要求重办", "Resident asked to reopen"),
    "requests.close": Sentence("办结", "Request closed"),
    "requests.forget": Sentence("删除个人信息", "Personal data erased"),
    "requests.give_key": Sentence("发放接口密钥", "Key for programs given"),
    "requests.revoke_key": Sentence("收回接口密钥", "Key for programs withdrawn"),
}
