"""The comparison of shapes finds what it is for."""

import pytest

from tests.contract.shapes import find_differences

RECORDED = {"id": 1, "names": ["a", None], "rows": [{"x": 1, "y": True}, {"x": 2}], "none": []}


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        ({"id": 9, "names": ["b"], "rows": [{"x": 3}], "none": []}, []),
        ({"id": 9, "names": [None], "rows": [{"x": 3, "y": False}], "none": [1, "a"]}, []),
        ({"id": "9", "names": ["b"], "rows": [{"x": 3}], "none": []}, ["answer.id is str, not int"]),
        ({"id": True, "names": ["b"], "rows": [{"x": 3}], "none": []}, ["answer.id is bool, not int"]),
        ({"names": ["b"], "rows": [{"x": 3}], "none": []}, ["answer.id is missing"]),
        ({"id": 9, "names": [4], "rows": [{"x": 3}], "none": []}, ["answer.names[] is int, not null or str"]),
        ({"id": 9, "names": ["b"], "rows": [], "none": []}, ["answer.rows is empty"]),
        ({"id": 9, "names": ["b"], "rows": [{"y": True}], "none": []}, ["answer.rows[].x is missing"]),
        ({"id": 9, "names": ["b"], "rows": [{"x": 1, "z": 1}], "none": []}, ["answer.rows[].z was not recorded"]),
        ([], ["answer is list, not record"]),
    ],
)
def test_a_difference_is_named_with_its_place(answer: object, lines: list[str]) -> None:
    assert find_differences(RECORDED, answer) == lines


def test_free_places_are_not_looked_into() -> None:
    assert find_differences({"a": 1, "b": {"c": 1}}, {"b": {"d": 1}}, free=["answer.a", "answer.b"]) == []
