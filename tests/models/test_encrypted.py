"""What the key ring seals opens with its keys only, in its place only."""

import pytest

from matchmaker.models.encrypted import KeyRing, WrongKey

OLD, NEW = "o" * 40, "n" * 40
PLACE = "municipality.contact_email"


def test_sealed_text_opens_again():
    ring = KeyRing([NEW])
    assert ring.open(ring.seal("Пошта", PLACE), PLACE) == "Пошта"


def test_equal_texts_are_sealed_differently():
    ring = KeyRing([NEW])
    assert ring.seal("same", PLACE) != ring.seal("same", PLACE)


def test_equal_texts_can_be_looked_up_where_asked():
    ring = KeyRing([NEW])
    sealed = ring.seal_equal("same", PLACE)
    assert sealed == ring.seal_equal("same", PLACE)
    assert ring.open_equal(sealed, PLACE) == "same"


@pytest.mark.parametrize("kind", ["", "_equal"])
def test_another_key_opens_nothing(kind):
    sealed = getattr(KeyRing([OLD]), f"seal{kind}")("text", PLACE)
    with pytest.raises(WrongKey):
        getattr(KeyRing([NEW]), f"open{kind}")(sealed, PLACE)


@pytest.mark.parametrize("kind", ["", "_equal"])
def test_value_moved_to_another_column_does_not_open(kind):
    ring = KeyRing([NEW])
    sealed = getattr(ring, f"seal{kind}")("text", PLACE)
    with pytest.raises(WrongKey):
        getattr(ring, f"open{kind}")(sealed, "need.title")


@pytest.mark.parametrize("kind", ["", "_equal"])
def test_each_column_is_sealed_with_its_own_place(kind):
    ring = KeyRing([NEW])
    sealed = getattr(ring, f"seal{kind}")("text", "need.title")
    assert getattr(ring, f"open{kind}")(sealed, "need.title") == "text"
    with pytest.raises(WrongKey):
        getattr(ring, f"open{kind}")(sealed, PLACE)


@pytest.mark.parametrize("kind", ["", "_equal"])
def test_changed_value_does_not_open(kind):
    ring = KeyRing([NEW])
    sealed = getattr(ring, f"seal{kind}")("text of some length", PLACE)
    changed = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]
    with pytest.raises(WrongKey):
        getattr(ring, f"open{kind}")(changed, PLACE)


@pytest.mark.parametrize("kind", ["", "_equal"])
def test_old_key_still_reads_after_a_change(kind):
    sealed = getattr(KeyRing([OLD]), f"seal{kind}")("text", PLACE)
    assert getattr(KeyRing([NEW, OLD]), f"open{kind}")(sealed, PLACE) == "text"


def test_newest_key_writes():
    ring = KeyRing([NEW, OLD])
    assert ring.seal("text", PLACE).startswith(KeyRing([NEW]).current)


def test_text_that_was_never_sealed_is_not_repeated_in_the_error():
    with pytest.raises(WrongKey, match="not sealed") as refused:
        KeyRing([NEW]).open("Olena", PLACE)
    assert "Olena" not in str(refused.value)


def test_stored_text_that_is_no_ciphertext_does_not_open():
    ring = KeyRing([NEW])
    for broken in (f"{ring.current}.", f"{ring.current}.x", f"{ring.current}.AAAA"):
        with pytest.raises(WrongKey):
            ring.open(broken, PLACE)
        with pytest.raises(WrongKey):
            ring.open_equal(broken, PLACE)
