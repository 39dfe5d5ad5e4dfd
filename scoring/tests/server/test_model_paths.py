"""`Model.get_model_path`: which file, folder and version of what is in the image."""

import pytest

from scoring.azureml.shims import model_paths
from scoring.azureml.shims.model import Model
from scoring.azureml.shims.model_paths import ModelNotFoundException, Places


@pytest.fixture
def root(tmp_path):
    """The folder of all models, as in an image of several."""
    root = tmp_path / "azureml-models"
    for path in ("lin/1/model.pkl", "lin/2/model.pkl", "bert/10/saved/model.pb", "bert/9/old/a/b"):
        (root / path).parent.mkdir(parents=True)
        (root / path).touch()
    return root


@pytest.fixture(params=["AZUREML_MODEL_DIR of several", "of one"])
def at(request, root, monkeypatch):
    directory = root if request.param.endswith("several") else root / "lin" / "2"
    monkeypatch.setattr(model_paths, "places", Places(directory, root.parent / "source"))


@pytest.mark.usefixtures("at")
class TestPaths:
    def test_the_newest_version_answers(self, root):
        assert Model.get_model_path("lin") == str(root / "lin/2/model.pkl")

    def test_a_folder_is_answered_as_it_was_registered(self, root):
        assert Model.get_model_path("bert") == str(root / "bert/10/saved")

    @pytest.mark.parametrize("version", [9, "9"])
    def test_a_version_is_answered(self, root, version):
        assert Model.get_model_path("bert", version=version) == str(root / "bert/9/old")

    @pytest.mark.parametrize("version", [9, 0, "1.0"])
    def test_a_version_that_is_not_there_raises(self, version):
        with pytest.raises(ModelNotFoundException) as refusal:
            Model.get_model_path("lin", version=version)
        assert f"Model 'lin' version {version} not found in " in str(refusal.value)
        assert str(refusal.value).endswith("; versions in the image: 1, 2.")

    def test_a_name_that_is_not_there_raises(self):
        with pytest.raises(ModelNotFoundException, match="Model 'iris' not found in "):
            Model.get_model_path("iris")


def test_a_file_beside_the_script_answers_while_one_tries_it_out(tmp_path, monkeypatch):
    (tmp_path / "lin.pkl").touch()
    monkeypatch.setattr(model_paths, "places", Places(None, tmp_path))
    for version in (None, 3):
        assert Model.get_model_path("lin", version) == str(tmp_path / "lin.pkl")
