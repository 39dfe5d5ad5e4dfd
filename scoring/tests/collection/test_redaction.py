import pytest

from scoring.collection.redaction import REDACTED, JsonPath, PathError


def document():
    return {
        "inputs": {"rows": [[1, 2, 3], [4, 5, 6]], "last name": "Ng", "who": {"email": "a@b"}},
        "outputs": [{"email": "c@d", "score": 1}],
    }


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        ("$.inputs.rows[*][1]", [2, 5]),
        ("$.inputs['last name']", ["Ng"]),
        ('$.inputs["last name"]', ["Ng"]),
        ("$..email", ["a@b", "c@d"]),
        ("$.outputs[0].score", ["score"]),
        ("$.inputs.*", ["a@b", "Ng"]),
    ],
)
def test_values_at_the_path_are_replaced(path, gone):
    found = document()
    JsonPath(path).redact(found)
    text = repr(found)
    assert REDACTED in text
    assert all(repr(value) not in text.replace("'score':", "") for value in gone)


@pytest.mark.parametrize(
    "path", ["$.absent.x", "$.inputs.rows[9]", "$.inputs.rows.name", "$.outputs[0][0]"]
)
def test_a_path_that_is_not_there_changes_nothing(path):
    found = document()
    JsonPath(path).redact(found)
    assert found == document()


@pytest.mark.parametrize("path", ["inputs", "$.rows[?(@.x)]", "$.a[-1]", "$.", "$[", "$.a b"])
def test_other_syntax_is_refused_by_name(path):
    with pytest.raises(PathError, match=r"begin with|is not understood"):
        JsonPath(path)
