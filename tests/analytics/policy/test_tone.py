"""A message to a learner names reason, support and ways back, and the tone check warns of threats (policy § 14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.policy.tone import ADVICE, FIELDS, FOUND, SAMPLE, Fault, check_template, check_tone, fill_in

KIND = (
    "Dear Alex,\n\nI write because we have seen fewer visits in Cell Biology than in other weeks. There can be many"
    " good reasons for it.\n\nThe Wellbeing team can help with anything that gets in the way, and so can I. Just"
    " reply, or come and see me in my office hours: we find a way to catch up together.\n\nBest wishes,\nSam"
)
WELSH = (
    "Annwyl Alex,\n\nRwy’n ysgrifennu oherwydd gwelsom lai o ymweliadau nag mewn wythnosau eraill. Gall fod llawer o"
    " resymau da.\n\nMae cymorth ar gael gan y tîm lles. Atebwch y neges hon, neu dewch i’m gweld: gallwn gynllunio"
    " gyda’n gilydd.\n\nCofion gorau,\nSam"
)
TEMPLATE = "Dear {name},\n\n{reason}\n\nWhat can help: {support}\n\n{ways_back}\n\n{sender}"


def faults(subject: str, body: str) -> set[Fault]:
    return {finding.fault for finding in check_tone(subject, body)}


def test_a_kind_message_with_reason_support_and_way_back_passes() -> None:
    assert check_tone("How are you getting on?", KIND) == ()


def test_a_kind_message_in_welsh_passes_and_one_without_support_does_not() -> None:
    assert check_tone("Sut mae’n mynd?", WELSH) == ()
    assert faults("Sut mae’n mynd?", WELSH.replace("Mae cymorth ar gael gan y tîm lles. ", "")) == {Fault.NO_SUPPORT}


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("Gallech gael eich diarddel.", Fault.THREAT),
        ("Dyma’ch rhybudd olaf.", Fault.THREAT),
        ("Rhaid i chi ymateb erbyn dydd Gwener.", Fault.THREAT),
        ("Rydych wedi methu mynychu.", Fault.BLAME),
        ("Mae hyn yn annerbyniol.", Fault.BLAME),
        ("Rydych chi mewn perygl.", Fault.LABEL),
    ],
)
def test_what_can_hurt_is_found_in_welsh_too(said: str, fault: Fault) -> None:
    assert faults("", f"{WELSH} {said}") == {fault}


@pytest.mark.parametrize(
    ("threat", "words"),
    [
        ("Otherwise you may be withdrawn from the course.", "be withdrawn"),
        ("If you do not reply, the Dean will decide.", "If you do not reply, the Dean will"),
        ("This is your final warning.", "final warning"),
        ("This may affect your visa.", "your visa"),
        ("Failure to respond is noted.", "Failure to respond"),
        ("You will fail this module.", "will fail"),
        ("There will be consequences.", "consequences"),
        ("It can lead to disciplinary action.", "lead to disciplinary action"),
        ("You must reply by Friday.", "You must reply"),
        ("You will be\nreported.", "be reported"),
    ],
)
def test_a_threat_is_found_with_its_words(threat: str, words: str) -> None:
    found = [finding for finding in check_tone("", f"{KIND} {threat}") if finding.fault is Fault.THREAT]
    assert words in [finding.words for finding in found]
    assert not any(finding.is_refused for finding in found)  # it warns: a person decides


@pytest.mark.parametrize(
    "blame", ["You have failed to attend.", "This is unacceptable.", "Your poor attendance shows.", "You ignored us."]
)
def test_blame_is_found(blame: str) -> None:
    assert faults("", f"{KIND} {blame}") == {Fault.BLAME}


@pytest.mark.parametrize("label", ["You are at risk.", "You are a struggling student.", "You were flagged."])
def test_words_about_a_person_rather_than_evidence_are_found(label: str) -> None:
    assert faults("", f"{KIND} {label}") == {Fault.LABEL}


@pytest.mark.parametrize("loud", ["Please answer!!", "PLEASE READ THIS NOW", "URGENT"])
def test_shouting_is_found_in_the_subject_too(loud: str) -> None:
    assert faults(loud, KIND) == {Fault.SHOUTING}


@pytest.mark.parametrize(
    ("left_out", "fault"),
    [("reason", Fault.NO_REASON), ("support", Fault.NO_SUPPORT), ("ways_back", Fault.NO_WAY_BACK)],
)
def test_a_template_without_one_of_the_three_parts_is_refused(left_out: str, fault: Fault) -> None:
    text = TEMPLATE.replace(f"{{{left_out}}}", "").replace("What can help:", "")
    text = text if left_out == "support" else text.replace("\n\n{sender}", "")
    found = check_template("Hello", text)
    assert [(finding.fault, finding.is_refused) for finding in found] == [(fault, True)]


def test_a_template_with_all_parts_passes_and_one_with_another_field_does_not() -> None:
    assert check_template("{name}, how are you?", TEMPLATE) == ()
    assert [(one.fault, one.words) for one in check_template("{visa}", TEMPLATE + " {")] == [
        (Fault.UNKNOWN_FIELD, "{visa}"),
        (Fault.UNKNOWN_FIELD, "{"),
    ]


def test_an_empty_message_lacks_all_three_parts() -> None:
    assert faults("", "") == {Fault.NO_REASON, Fault.NO_SUPPORT, Fault.NO_WAY_BACK}


def test_a_fact_is_never_read_as_a_template() -> None:
    assert fill_in("Dear {name}, {sender}", {"name": "{sender}", "sender": "Sam"}) == "Dear {sender}, Sam"


def test_what_stands_in_braces_and_is_no_field_stays() -> None:
    assert fill_in("{name} {other} {name.__class__}", {"name": "Lena"}) == "Lena {other} {name.__class__}"


def test_every_field_has_a_sample_and_every_fault_its_advice() -> None:
    assert set(FIELDS) == set(SAMPLE)
    assert set(ADVICE) == set(Fault)
    assert {word for text in SAMPLE.values() for fault in FOUND.values() for word in fault.findall(text)} == set()


@given(st.text(max_size=300), st.text(max_size=1000))
def test_any_text_can_be_read_and_capitals_hide_no_threat(subject: str, body: str) -> None:
    check_template(subject, body)
    assert Fault.THREAT in faults(subject, f"{body} you may be expelled")
    assert Fault.THREAT in faults(subject, f"{body} YOU MAY BE EXPELLED")
