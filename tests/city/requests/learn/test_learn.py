"""The category suggestion learns from labelled messages, is judged on unseen ones, and says by which words."""

import csv
import zipfile

import pytest

from mingtang.city.requests import categories, hotline
from mingtang.city.requests.learn import command, suggesting, training
from mingtang.city.requests.learn.command import CannotLearn
from mingtang.city.requests.learn.training import Labelled

pytestmark = pytest.mark.django_db

_OWN = {
    "环境保护": ["工厂排污水发臭", "夜里烟囱冒黑烟", "河水发黑有臭味", "噪音扰民睡不着", "油烟直排呛人", "垃圾焚烧有异味"],
    "交通运输": ["公交车总是晚点", "出租车拒载乱收费", "路口红绿灯坏了", "道路坑洼颠簸", "公交站牌看不清", "停车位被占堵路"],
}


def _messages():
    return [Labelled("", f"{text}，请处理{'。' * (i % 3)}", label) for label, texts in _OWN.items() for i, text in enumerate(texts * 4)]


def test_the_same_data_give_the_same_model():
    """Training has no chance in it."""
    first, again = training.train(_messages()), training.train(_messages())
    assert first.features == again.features and (first.weights == again.weights).all()


def test_the_names_of_a_tree_teach_words_that_no_message_uses():
    """A word known from the tree alone decides."""
    model = training.train(_messages(), [("交通运输", "高铁票务")])
    said = model.classes[int(suggesting.scores(model, "", "高铁票务").argmax())]
    assert said == "交通运输"


def test_a_model_is_kept_without_pickle_and_read_back(tmp_path):
    """Arrays only; a file that is something else is refused."""
    model = training.train(_messages())
    suggesting.save(model, tmp_path / "m.npz")
    again = suggesting.load(tmp_path / "m.npz")
    assert again.classes == model.classes and again.features == model.features
    (tmp_path / "x.npz").write_bytes(b"PK\x03\x04 not arrays")
    with pytest.raises((ValueError, OSError, KeyError, zipfile.BadZipFile)):
        suggesting.load(tmp_path / "x.npz")


def test_a_suggestion_names_a_category_of_the_tree_and_its_words(tmp_path, monkeypatch):
    """The learnt class is an area; within it the tree's words choose; without a model nothing is suggested."""
    monkeypatch.setattr(suggesting, "model_path", lambda: tmp_path / "m.npz")
    tree = categories.tree(hotline.pack())
    assert suggesting.suggest(tree, "烟囱冒黑烟") == []
    suggesting.save(training.train(_messages(), tree.class_names()), tmp_path / "m.npz")
    (code, clear, words), = suggesting.suggest(tree, "工厂烟囱夜里冒黑烟，臭味很大")
    assert code in tree and tree.leaves[code].area == tree.area_named("环境保护")
    assert 0 <= clear <= 1 and words


@pytest.mark.parametrize(("name", "content", "reason"), [
    ("a.csv", "title,text\nx,y\n", "no column"), ("a.csv", "text,label\nx,y\n", "labelled messages"), ("a.xlsx", "not a zip", "zip"),
    ("missing.csv", None, "no such file"),
])
def test_a_file_without_labels_is_refused_with_the_reason(tmp_path, name, content, reason):
    """Missing columns, too few messages, a broken file."""
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(CannotLearn) as caught:
        command.labelled(tmp_path / name)
    assert reason in str(caught.value)


def test_gb18030_tables_are_read(tmp_path):
    """A table in the encoding of older Chinese systems."""
    with (tmp_path / "g.csv").open("w", encoding="gb18030", newline="") as file:
        table = csv.writer(file)
        table.writerow(["留言详情", "一级分类"])
        table.writerows([[one.text, one.label] for one in _messages()])
    assert len(command.labelled(tmp_path / "g.csv")) == 48


def test_real_messages_are_told_apart(shared_data):
    """On the labelled messages of the hotline's kind macro-F1 on unseen ones is at least 0.80."""
    folder = shared_data / "requests"
    messages = command.labelled(folder / "labelled.xlsx")
    tree = categories.tree(hotline.pack()).class_names() + command.tree_names(folder / "category-tree.xlsx")
    assert training.cross_validate(messages, tree).macro_f1 >= 0.80
    assert training.cross_validate(messages, categories.tree(hotline.pack()).class_names()).macro_f1 >= 0.75
