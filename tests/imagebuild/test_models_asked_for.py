"""Which models a script asks for, read from its source."""

import pytest

from slipway.imagebuild import models_asked_for


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('Model.get_model_path("iris")', ["iris"]),
        ('azureml.core.Model.get_model_path(model_name="iris", version=2)', ["iris"]),
        ('get_model_path("iris"); get_model_path("scaler"); get_model_path("iris")', ["iris", "scaler"]),
        ("Model.get_model_path(NAME)", []),
        ("other('iris')", []),
        ("try: Model.get_model_path('iris')\nexcept Exception: pass", []),
        ("def init(:", []),
    ],
)  # fmt: skip  # a line a case
def test_names(source, names, tmp_path):
    script = tmp_path / "score.py"
    script.write_text(source)
    assert models_asked_for.names(script) == names


def test_a_script_that_is_not_there_asks_for_nothing(tmp_path):
    assert models_asked_for.names(tmp_path / "score.py") == []
