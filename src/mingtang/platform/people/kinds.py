"""Plain names of the acts that this app seals, as the pages of the ledger show them."""

from mingtang.kernel import Sentence

KINDS = {
    "people.found": Sentence("设立首个管理账户", "First account set up"),
    "people.appoint": Sentence("任命", "Appointment"),
    "people.dismiss": Sentence("免去职务", "Dismissal"),
    "people.grant": Sentence("授予权限", "Permission granted"),
    "people.revoke": Sentence("收回权限", "Permission withdrawn"),
    "people.reset": Sentence("重置登录方式", "Sign-in reset"),
    "people.change_password": Sentence("更改密码", "Password changed"),
    "people.enrol_passkey": Sentence("登记通行密钥", "Passkey added"),
    "people.remove_passkey": Sentence("移除通行密钥", "Passkey removed"),
    "people.enrol_second_factor": Sentence("登记第二步验证", "Second step of sign-in added"),
}
