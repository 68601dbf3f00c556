import io

from tools.label_messages import extract

ROWS = 'code,label,source\na,"Water, waste",x\nb,,x\nc,Schools,x\n'


def test_each_label_is_a_message():
    found = list(extract(io.BytesIO(ROWS.encode()), None, None, {}))
    assert [message for _, _, message, _ in found] == ["Water, waste", "Schools"]


def test_each_message_names_its_line():
    found = list(extract(io.BytesIO(ROWS.encode()), None, None, {}))
    assert [line for line, *_ in found] == [2, 4]
