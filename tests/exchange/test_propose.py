"""The whole file job: exit codes, what is written, and that a rerun gives the same."""

import json
import subprocess
import sys

import pytest

from matchmaker.exchange.propose import BAD_INPUT, DONE, INFEASIBLE, propose
from matchmaker.exchange.template import write_templates
from matchmaker.matching.large.cut import Keeping
from tests.exchange.files import NEED, OFFER, TALK, TALKS, TODAY, rows_of, run, write

BARRED = TALK | {"consent": ""}


def test_template_files_run_as_they_are(tmp_path):
    needs, offers = write_templates(tmp_path)
    code, said, rows = run(tmp_path, needs, offers)
    assert code == DONE
    assert [row["status"] for row in rows] == ["proposed", "proposed"]
    assert "2 pairs proposed, 0 needs unmatched, 0 offers unused" in said[-2]
    assert said[-1] == "No better result exists: proven."


def test_templates_write_over_nothing(tmp_path):
    write_templates(tmp_path)
    with pytest.raises(FileExistsError):
        write_templates(tmp_path)


def test_every_need_and_offer_has_a_row(tmp_path):
    _, _, rows = run(tmp_path, (NEED, BARRED), (OFFER, TALKS))
    assert [(row["status"], row["need_id"], row["offer_id"]) for row in rows] == [
        ("proposed", "water-vukovar", "water-utrecht"),
        ("unmatched", "dialogue-mostar", ""),
        ("unused", "", "talks-malmo"),
    ]


def test_proposed_row_carries_parts_that_sum_to_the_score(tmp_path):
    row = run(tmp_path)[2][0]
    adds = sum(float(value) for name, value in row.items() if name.startswith("adds_"))
    assert adds == pytest.approx(float(row["score"]), abs=1e-8)
    assert row["part_ties"] == "" and "ask the helping municipality (ties)" in row["unknown"]
    assert "Topics covered" in row["reason"]


def test_unmatched_row_says_why_and_what_would_help(tmp_path):
    row = run(tmp_path, (BARRED,), (TALKS,))[2][0]
    assert row["reason_code"] == "no_candidate"
    assert "not all parties have consented" in row["reason"]
    assert "record the consent of all parties (now: unknown)" in row["changes"]


def test_unmatched_row_says_which_precondition_is_not_met_and_what_follows(tmp_path):
    need = NEED | {"settings": "in_area", "unmet": "violence|leaders"}
    row = run(tmp_path, (need,), (OFFER,))[2][0]
    assert "a precondition that is not met closes every setting" in row["reason"]
    assert "Nobody is sent into the area" in row["reason"]
    assert "No project in the area" in row["reason"]


def test_precondition_of_a_file_that_is_not_known_is_named(tmp_path):
    code, said, _ = run(tmp_path, (NEED | {"unmet": "luck"},), (OFFER,))
    assert code == BAD_INPUT
    assert any("unmet" in line for line in said)


def test_offers_to_call_for_are_written_with_what_each_would_change(tmp_path):
    second = NEED | {"id": "water-knin", "effort_days": "90"}
    path = tmp_path / "wanted.csv"
    code, _, _ = run(tmp_path, (NEED, second, BARRED), (OFFER,), wanted_path=path)
    rows = rows_of(path)
    assert code == DONE
    assert (rows[0]["status"], rows[0]["category"], rows[0]["rank"]) == ("wanted", "project", "1")
    assert rows[0]["one_served"] == "1" and rows[0]["one_newly_served"].startswith("water-")
    assert float(rows[0]["all_total"]) >= float(rows[0]["one_total"]) > 0
    assert (rows[-1]["status"], rows[-1]["need_id"], rows[-1]["reason_code"]) == (
        "out_of_reach",
        "dialogue-mostar",
        "consent",
    )


def test_offers_to_call_for_are_left_out_of_a_round_too_large_and_the_rest_is_written(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("matchmaker.matching.pipeline.WHOLE", 1)
    monkeypatch.setattr("matchmaker.matching.pipeline.Keeping", lambda: Keeping(1, 1))
    needs = [NEED | {"id": name} for name in "abc"]
    offers = [OFFER | {"id": name} for name in "xyz"]
    path = tmp_path / "wanted.csv"
    code, said, rows = run(tmp_path, needs, offers, wanted_path=path)
    assert code == DONE and rows and not path.exists()
    assert said[-1] == (
        "The offers wanted are not worked out, because the round is very large; wanted.csv is not "
        "written."
    )


def test_offers_to_call_for_are_left_out_where_only_they_make_the_round_too_large(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("matchmaker.matching.pipeline.WHOLE", 2)
    monkeypatch.setattr("matchmaker.matching.pipeline.Keeping", lambda: Keeping(1, 1))
    needs = [NEED | {"id": name} for name in "ab"]
    path = tmp_path / "wanted.csv"
    code, said, rows = run(tmp_path, needs, wanted_path=path)
    assert code == DONE and rows and not path.exists()
    assert said[-1].startswith("The offers wanted are not worked out")


def test_bad_input_lists_all_problems_and_writes_nothing(tmp_path):
    report = tmp_path / "report.html"
    code, said, rows = run(
        tmp_path, (NEED | {"places": "x"},), (OFFER | {"mandate": "y"},), report_path=report
    )
    assert code == BAD_INPUT and rows is None and not report.exists()
    assert "needs.csv, line 2, column places: found “x”." in said[0]
    assert "offers.csv, line 2, column mandate: found “y”." in said[1]
    assert said[-1] == "2 problem(s) found; nothing was written."


def test_bad_input_leaves_an_earlier_result_untouched(tmp_path):
    (tmp_path / "proposals.csv").write_text("status\nearlier\n")
    run(tmp_path, (NEED | {"places": "x"},))
    assert (tmp_path / "proposals.csv").read_text() == "status\nearlier\n"


def clash(tmp_path, settings, n_needs=2):
    path = tmp_path / "settings.toml"
    path.write_text(settings, encoding="utf-8")
    needs = [NEED | {"id": name} for name in "abcdefg"[:n_needs]]
    code, said, rows = run(tmp_path, needs, settings_path=path)
    assert code == INFEASIBLE and rows is None and said[-1] == "Nothing was written."
    return said


def test_demands_that_clash_are_told_in_one_sentence(tmp_path):
    said = clash(tmp_path, 'locked = [["a", "water-utrecht"]]\nmust_serve = ["b"]\n')
    assert said[0] == "These demands cannot be met together:"
    assert said[1] == (
        "Vukovar (a) is locked to Utrecht (water-utrecht), Utrecht has one place, and Vukovar (b) "
        "must be served, but only Utrecht could serve it."
    )
    assert said[2] == "Letting go of any one of these demands makes the others possible."


def test_needs_that_compete_are_listed_with_their_offers(tmp_path):
    said = clash(tmp_path, 'must_serve = ["a", "b", "c", "d"]\n', 4)
    at = said.index("These 4 needs compete for this offer (with one place).")
    assert said[at + 1 : at + 3] == [
        "  Needs: Vukovar (a), Vukovar (b), Vukovar (c), Vukovar (d)",
        "  Offers: Utrecht (water-utrecht)",
    ]


def test_changes_that_would_do_are_told_best_first_with_the_place_to_make_them(tmp_path):
    said = clash(tmp_path, 'locked = [["a", "water-utrecht"], ["b", "water-utrecht"]]\n')
    at = said.index("What each single change would free, best first:")
    assert said[at + 1].startswith("1. Give Utrecht (water-utrecht) 2 places instead of 1: 2 needs")
    assert said[at + 1].endswith("(offers file: places)")
    assert said[at + 2].startswith("2. Let go of the lock Vukovar (a) – Utrecht (water-utrecht): ")
    assert said[at + 2].endswith("(settings: locked)")


def test_work_on_what_would_help_is_told_as_progress(tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text('locked = [["a", "water-utrecht"]]\nmust_serve = ["b"]\n')
    steps = []
    run(
        tmp_path,
        [NEED | {"id": name} for name in "ab"],
        settings_path=settings,
        progress=lambda step, done, total: steps.append(step),
    )
    assert steps[-1] == "relax"


def test_many_demands_are_counted_then_listed(tmp_path):
    locks = ", ".join(f'["{name}", "water-utrecht"]' for name in "abcd")
    offers = [OFFER | {"places": "3"}]
    path = tmp_path / "settings.toml"
    path.write_text(f"locked = [{locks}]\n", encoding="utf-8")
    rows = [NEED | {"id": name} for name in "abcd"]
    code, said, _ = run(tmp_path, rows, offers, settings_path=path)
    assert code == INFEASIBLE
    assert said[1] == "4 pairs are locked and Utrecht (water-utrecht) has 3 places."
    assert said[2] == "- Vukovar (a) is locked to Utrecht (water-utrecht)"


def test_solved_round_says_how_sure_it_is_and_who_competed(tmp_path):
    needs = [NEED | {"id": name} for name in "abc"]
    code, said, _ = run(tmp_path, needs)
    assert code == DONE
    assert said[0].startswith("1 pair proposed, 2 needs unmatched, 0 offers unused; total ")
    assert said[1:3] == [
        "No better result exists: proven.",
        "These 3 needs compete for this offer (with one place).",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("policy = 'best'", "settings.toml: policy: expected one of"),
        ("must_serve = ['nobody']", "there is no need 'nobody'"),
        ("policy =", "settings.toml: settings: not TOML"),
    ],
)
def test_wrong_settings_are_bad_input(tmp_path, text, message):
    settings = tmp_path / "settings.toml"
    settings.write_text(text, encoding="utf-8")
    code, said, rows = run(tmp_path, settings_path=settings)
    assert code == BAD_INPUT and rows is None and message in "\n".join(said)


def test_settings_change_the_result(tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text("minimum_score = 0.95", encoding="utf-8")
    assert run(tmp_path, settings_path=settings)[2][0]["reason_code"] == "below_minimum"


def test_stored_round_gives_the_same_rows(tmp_path):
    stored = tmp_path / "round.json"
    _, _, first = run(tmp_path, (NEED, BARRED), (OFFER, TALKS), save_path=stored)
    again = tmp_path / "again.csv"
    said = []
    assert propose(None, None, again, snapshot_path=stored, say=said.append) == DONE
    assert rows_of(again) == first
    assert json.loads(stored.read_text(encoding="utf-8"))["settings"]["policy"] == "total"


def test_round_as_the_platform_stores_it_gives_the_same_pairs(tmp_path):
    stored = tmp_path / "round.json"
    _, _, first = run(tmp_path, (NEED, BARRED), (OFFER, TALKS), save_path=stored)
    data = json.loads(stored.read_text(encoding="utf-8"))
    kept = {
        "snapshot": json.dumps(data["snapshot"]),
        "settings": {"matching": data["settings"], "always_two": False},
        "names": data["names"],
    }
    stored.write_text(json.dumps(kept), encoding="utf-8")
    again = tmp_path / "again.csv"
    assert propose(None, None, again, snapshot_path=stored, say=lambda text: None) == DONE
    assert rows_of(again) == first


def test_one_of_each_is_told_in_the_singular(tmp_path):
    said = run(tmp_path, (NEED, BARRED), (OFFER, TALKS))[1]
    assert said[0].startswith("1 pair proposed, 1 need unmatched, 1 offer unused; total ")


@pytest.mark.parametrize("where", ["rules", "balances"])
@pytest.mark.parametrize("sign", ["\u202e", "\u2067", "\u0007", "\u009b"])
def test_name_of_a_rule_with_control_characters_is_refused(tmp_path, where, sign):
    settings = tmp_path / "settings.toml"
    rest = "at_least = 0" if where == "rules" else "a = []\nb = []"
    text = f'[[{where}]]\nname = "east\\u{ord(sign):04x}first"\n{rest}\n'
    settings.write_text(text, encoding="utf-8")
    code, said, rows = run(tmp_path, settings_path=settings)
    assert code == BAD_INPUT and rows is None
    assert said[0] == (
        f"settings {where}[0].name: text without hidden control characters is expected"
    )


def test_name_of_a_rule_in_any_script_is_accepted(tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text('[[rules]]\nname = "شرق\u200cاول"\nat_least = 0\n', encoding="utf-8")
    assert run(tmp_path, settings_path=settings)[0] == DONE


def test_hidden_characters_in_a_stored_round_are_told_visibly(tmp_path):
    stored = tmp_path / "round.json"
    needs = [NEED | {"id": name} for name in "abc"]
    run(tmp_path, needs, save_path=stored)
    data = json.loads(stored.read_text(encoding="utf-8"))
    data["names"] = {key: f"{name}\u202e\n" for key, name in data["names"].items()}
    stored.write_text(json.dumps(data), encoding="utf-8")
    said = []
    assert propose(None, None, tmp_path / "p.csv", snapshot_path=stored, say=said.append) == DONE
    assert "Vukovar\\u202e\\u000a (a)" in "\n".join(said)
    assert not any("\u202e" in line for line in said)


def test_bare_snapshot_runs_with_keys_for_names(tmp_path):
    stored = tmp_path / "round.json"
    run(tmp_path, save_path=stored)
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps(json.loads(stored.read_text())["snapshot"]), encoding="utf-8")
    again = tmp_path / "again.csv"
    assert propose(None, None, again, snapshot_path=bare, say=lambda text: None) == DONE
    assert rows_of(again)[0]["need_municipality"].startswith("g")


@pytest.mark.parametrize("text", ["{", "[]", '{"snapshot": {"needs": 1}}'])
def test_broken_snapshot_is_bad_input(tmp_path, text):
    stored = tmp_path / "round.json"
    stored.write_text(text, encoding="utf-8")
    out = tmp_path / "p.csv"
    assert propose(None, None, out, snapshot_path=stored, say=lambda text: None) == BAD_INPUT
    assert not out.exists()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            ("needs", 0, "effort_days"),
            10**400,
            "field effort_days: expected 0 to 10000, found 1000",
        ),
        (("towns", 0, "population"), 10**400, "field population: expected 0 to 1000000000"),
        (("towns", 0, "latitude"), 10**400, "latitude: expected a number that is not so large"),
        (("offers", 0, "places"), "x", "places: expected a whole number, found 'x'"),
        (("needs", 0), {"key": "n"}, "snapshot.needs[0]: the fields town, category, activity are"),
        ((), {}, "snapshot: the fields taken_on, needs, offers, towns are missing"),
    ],
)
def test_stored_round_that_is_not_sound_is_told_by_record_and_field(tmp_path, path, value, message):
    stored, said = tmp_path / "round.json", []
    run(tmp_path, save_path=stored)
    data = json.loads(stored.read_text(encoding="utf-8"))
    at, place = data, ("snapshot", *path)
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    stored.write_text(json.dumps(data), encoding="utf-8")
    code = propose(None, None, tmp_path / "p.csv", snapshot_path=stored, say=said.append)
    assert code == BAD_INPUT and message in said[0] and "Python" not in said[0]


@pytest.mark.parametrize("depth", [300, 900, 200_000])
def test_stored_round_nested_too_deep_is_bad_input(tmp_path, depth):
    stored, said = tmp_path / "round.json", []
    stored.write_text('{"snapshot": {"needs": ' + "[" * depth + "]" * depth + "}}")
    code = propose(None, None, tmp_path / "p.csv", snapshot_path=stored, say=said.append)
    assert code == BAD_INPUT and said


def test_files_and_snapshot_together_are_bad_input(tmp_path):
    said = []
    code = propose("a", "b", "c", snapshot_path="d", say=said.append)
    assert code == BAD_INPUT and "--snapshot stands instead of" in said[0]


def test_folder_that_is_not_there_is_bad_input(tmp_path):
    code, said, _ = run(tmp_path, report_path=tmp_path / "nowhere" / "r.html")
    assert code == BAD_INPUT and "cannot be written" in said[0]
    assert not (tmp_path / "proposals.csv").exists()


def test_order_of_rows_does_not_change_the_output(tmp_path):
    _, _, first = run(tmp_path, (NEED, TALK), (OFFER, TALKS))
    _, _, second = run(tmp_path, (TALK, NEED), (TALKS, OFFER))
    assert first == second


def test_formula_in_a_cell_is_written_as_text(tmp_path):
    run(tmp_path, (NEED | {"id": "=1+1"},))
    assert '"\'=1+1"' in (tmp_path / "proposals.csv").read_text(encoding="utf-8")


def test_semicolons_and_byte_order_mark_are_read(tmp_path):
    needs = write(tmp_path / "n.csv", [NEED], encoding="utf-8-sig", delimiter=";")
    assert run(tmp_path, needs)[0] == DONE


def test_empty_files_with_columns_give_an_empty_result(tmp_path):
    needs = tmp_path / "n.csv"
    needs.write_text("municipality,country,category,activity\n", encoding="utf-8")
    code, _, rows = run(tmp_path, needs)
    assert code == DONE and [row["status"] for row in rows] == ["unused"]


def test_file_job_needs_neither_web_nor_database(tmp_path):
    needs, offers = write_templates(tmp_path)
    program = (
        "import sys\n"
        "from matchmaker.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert end.code == 0, end.code\n"
        "assert not {'flask', 'sqlalchemy', 'werkzeug'} & set(sys.modules)\n"
    )
    arguments = ["propose", "--needs", needs, "--offers", offers, "--out", tmp_path / "p.csv"]
    arguments += ["--date", str(TODAY), "--report", tmp_path / "r.html"]
    done = subprocess.run([sys.executable, "-c", program, *map(str, arguments)], check=False)
    assert done.returncode == 0
