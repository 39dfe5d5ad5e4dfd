"""Entry scripts that collect by themselves, with the imports of Azure ML's packages."""

import json

FRAME = """
import json
class DataFrame:
    '''What the collectors ask of a pandas DataFrame.'''
    def __init__(self, rows):
        self.rows, self.columns = rows, list(rows[0])
    def to_json(self, orient):
        assert orient == "records"
        return json.dumps(self.rows)
"""

V2 = (
    FRAME
    + """
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
def init():
    global inputs, outputs
    inputs = Collector(name="model_inputs", on_error=print)
    outputs = Collector(name="model_outputs")
def run(raw):
    rows = json.loads(raw)["data"]
    context = inputs.collect(DataFrame([{"x": row} for row in rows]))
    outputs.collect(DataFrame([{"y": row * 2} for row in rows]), context)
    inputs.collect(rows, BasicCorrelationContext(id="mine"))
    return context.get_id()
"""
)

V1 = """
import json
from azureml.monitoring import ModelDataCollector
def init():
    global inputs, predictions
    inputs = ModelDataCollector("best_model", identifier="inputs", feature_names=["a", "b"])
    predictions = ModelDataCollector("best_model", designation="predictions", feature_names=["p"], model_version=3)
def run(raw):
    rows = json.loads(raw)["data"]
    correlations = inputs.collect(rows, "mine")
    answers = [sum(row) for row in rows]
    predictions.collect(predictions.add_correlations(answers[:1], correlations))
    return answers
"""


def written(folder):
    return [
        json.loads(line)
        for path in sorted(folder.rglob("*.jsonl"))
        for line in path.read_text().splitlines()
    ]


def test_collector_of_azureml_ai_monitoring(start_server, tmp_path):
    server = start_server(V2, SLIPWAY_COLLECT=str(tmp_path))
    assert server.score({"data": [1, 2]}, headers={"x-request-id": "abc"}).json() == "abc"
    server.stop()
    (inputs,) = written(tmp_path / "model_inputs")
    (outputs,) = written(tmp_path / "model_outputs")
    assert inputs["inputs"] == [{"x": 1}, {"x": 2}]
    assert outputs["inputs"] == [{"y": 2}, {"y": 4}]
    assert inputs["correlation_id"] == outputs["correlation_id"] == inputs["request_id"] == "abc"
    assert "supported types: pandas.DataFrame" in server.log.read_text()


def test_model_data_collector_of_2018(start_server, tmp_path):
    server = start_server(V1, SLIPWAY_COLLECT=str(tmp_path))
    assert server.score({"data": [[1, 2], [3, 4]]}, headers={"x-request-id": "abc"}).json() == [
        3,
        7,
    ]
    server.stop()
    (inputs,) = written(tmp_path / "best_model" / "default" / "inputs")
    (predictions,) = written(tmp_path / "best_model" / "3" / "predictions")
    assert inputs["inputs"] == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
    assert inputs["correlation_id"].startswith("mine-")
    assert predictions["inputs"][0]["p"] == 3
    assert predictions["inputs"][0]["$aml_dc_correlation_id"] == inputs["correlation_id"]
    assert predictions["inputs"][0]["$aml_request_id"] == "abc"


def test_scripts_that_collect_run_where_nothing_is_collected(start_server):
    assert start_server(V2).score({"data": [1]}).status_code == 200
    assert start_server(V1).score({"data": [[1, 2]]}).status_code == 200
