"""The same settings, files and score.py to azureml-inference-server-http 1.5.1 and to ours: the same service.

What differs on purpose stands in docs/scoring-contract.md.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

START_SECONDS = 120
DOCUMENT = Path(__file__).parents[3] / "docs" / "scoring-contract.md"
ECHO = "def init(): pass\ndef run(data): return data\n"


def described(server):
    """What SERVICE_NAME, SERVICE_VERSION, SERVICE_PATH_PREFIX and AML_CORS_ORIGINS can be seen by."""
    answer = server.ask("GET", "/swagger.json", headers={"origin": "http://a.example"})
    document = answer.json()
    return {
        "info": {name: document["info"][name] for name in ("title", "version")},
        "paths": sorted(document["paths"]),
        "basePath": document.get("basePath"),
        "cors": answer.headers.get("access-control-allow-origin"),
    }


FILE = {"SERVICE_NAME": "of the file", "SERVICE_VERSION": "7", "SERVICE_PATH_PREFIX": "pre"}


@pytest.mark.parametrize(
    ("files", "more"),
    [
        pytest.param({"config.json": FILE}, {}, id="in the root"),
        pytest.param(
            {"config.json": FILE}, {"SERVICE_NAME": "of the variable"}, id="variables win"
        ),
        pytest.param(
            {"config.json": {**FILE, "SERVICE_NAME": 5}},
            {"SERVICE_NAME": "of the variable"},
            id="what a variable overrules may be malformed",
        ),
        pytest.param(
            {"config.json": FILE, "my.json": {"SERVICE_NAME": "named"}},
            {"AZUREML_CONFIG_FILE": "@/my.json"},
            id="named",
        ),
        pytest.param(
            {"config.json": FILE}, {"AZUREML_CONFIG_FILE": "/nowhere.json"}, id="named but missing"
        ),
        pytest.param(
            {"config.json": "", "src/config.json": FILE, "src/score.py": ECHO},
            {"script": "src/score.py"},
            id="beside the script",
        ),
        pytest.param(
            {
                "config.json": {
                    **FILE,
                    "AML_CORS_ORIGINS": "http://a.example",
                    "odd": {},
                    "service_name": "x",
                    "SERVICE_VERSION": None,
                    "SCORING_TIMEOUT_MS": "5000",
                }
            },
            {},
            id="other keys",
        ),
        pytest.param(
            {
                "config.json": {"AZUREML_SOURCE_DIRECTORY": "lib"},
                "lib/helper.py": "NAME = 'h'",
                "score.py": "import helper\n" + ECHO,
            },
            {},
            id="source directory",
        ),
    ],
)
def test_a_config_file_means_the_same(both, files, more):
    theirs, ours = (server.ready() for server in both(files, **more))
    assert described(ours) == described(theirs)


def test_keys_of_a_config_file_that_are_not_read_are_named(both):
    _, ours = both({"config.json": {"AML_CORS_ORIGINS": "*", "odd": 1}})
    ours.ready()
    warned = [json.loads(line) for line in ours.text.splitlines() if "WARNING" in line]
    assert [entry["level"] for entry in warned if "AML_CORS_ORIGINS, odd" in entry["message"]] == [
        "WARNING"
    ]


@pytest.mark.parametrize("given", ["100", 100, 100.0])
def test_a_time_limit_of_the_file_holds(both, given):
    script = "def init(): pass\ndef run(data):\n    while True: pass\n"
    servers = both({"score.py": script, "config.json": {"SCORING_TIMEOUT_MS": given}})
    answers = [server.ready().score() for server in servers]
    assert answers[0].json() == answers[1].json() == {"message": "Scoring timeout after 100 ms"}
    assert answers[0].status_code == answers[1].status_code == 500


def test_a_time_limit_of_0_is_none(both):
    servers = both({}, SCORING_TIMEOUT_MS="0")
    answers = [server.ready().score("x") for server in servers]
    assert [answer.json() for answer in answers] == ['"x"', '"x"']


@pytest.mark.parametrize(
    ("files", "variables", "named"),
    [
        pytest.param(
            {"config.json": "{"}, {}, ["config.json cannot be read as JSON"], id="no JSON"
        ),
        pytest.param({"config.json": "[1]"}, {}, ["config.json holds a list"], id="no object"),
        pytest.param({"config.json/x": ""}, {}, ["config.json cannot be read"], id="a folder"),
        pytest.param(
            {
                "config.json": {
                    "SERVICE_NAME": 5,
                    "SCORING_TIMEOUT_MS": "soon",
                    "AZUREML_DEBUG_PORT": 1.5,
                }
            },
            {},
            [
                "config.json: SERVICE_NAME is 5",
                "config.json: SCORING_TIMEOUT_MS is 'soon'",
                "config.json: AZUREML_DEBUG_PORT is 1.5",
            ],
            id="kinds",
        ),
        pytest.param(
            {"config.json": {"SCORING_TIMEOUT_MS": 5}},
            {"SCORING_TIMEOUT_MS": "soon"},
            ["SCORING_TIMEOUT_MS is 'soon'"],
            id="a variable's mistake is not the file's",
        ),
        pytest.param(
            {"logging.json": "{"}, {}, ["logging.json is no configuration"], id="logging: no JSON"
        ),
        pytest.param(
            {"logging.json": {}},
            {},
            ["logging.json is no configuration", "version"],
            id="logging: version",
        ),
        pytest.param(
            {"logging.json": {"version": 1, "handlers": {"h": {"class": "nowhere.X"}}}},
            {},
            ["handler 'h'", "No module named 'nowhere'"],
            id="logging: class",
        ),
        pytest.param(
            {"logging.json": {"version": 1, "root": {"handlers": ["none"]}}},
            {},
            ["'none'"],
            id="logging: handler",
        ),
    ],
)
def test_what_keeps_theirs_from_starting_keeps_ours_and_is_named(both, files, variables, named):
    theirs, ours = both(files, **variables)
    assert (theirs.process.wait(START_SECONDS), ours.process.wait(START_SECONDS)) == (3, 2)
    for what in named:
        assert what in ours.text
    assert "Traceback" not in ours.text
    if "logging.json" in files:
        assert json.loads(ours.text.splitlines()[-1])["level"] == "CRITICAL"


SURROUNDINGS = """
import os, sys, helper, below
NAMES = ("AML_APP_ROOT", "AZUREML_ENTRY_SCRIPT", "AZUREML_MODEL_DIR", "WORKER_COUNT", "SERVER_PORT", "HEALTH_PORT",
         "HTTP_X_MS_SERVER_VERSION", "AML_APP_INSIGHTS_ENABLED", "AML_CORS_ORIGINS")
def init(): pass
def run(data):
    root = os.environ["AML_APP_ROOT"]
    found = {name: os.environ.get(name, "").replace(root, "ROOT") for name in NAMES}
    return [found, [path.replace(root, "ROOT") for path in sys.path if path.startswith(root)], helper.HERE, below.HERE]
"""


def test_a_script_finds_the_same_around_it(both):
    files = {
        "src/score.py": SURROUNDINGS,
        "helper.py": "HERE = 1",
        "src/lib/below.py": "HERE = 2",
    }
    servers = both(files, script="src/score.py", AZUREML_SOURCE_DIRECTORY="src/lib")
    found = []
    for server in servers:
        variables, folders, *imported = server.ready().score().json()
        assert variables.pop("SERVER_PORT") == variables.pop("HEALTH_PORT") == str(server.port)
        assert (
            variables.pop("HTTP_X_MS_SERVER_VERSION")
            == server.ask("GET", "/").headers["x-ms-server-version"]
        )
        found.append((variables, [place for place in folders if place != "ROOT/src"], imported))
    # The script's own folder is a courtesy of ours; theirs names the root twice.
    assert [list(dict.fromkeys(folders)) for _, folders, _ in found] == [
        ["ROOT", "ROOT/src/lib"]
    ] * 2
    assert found[0][0] == found[1][0]
    assert found[0][2] == found[1][2] == [1, 2]


LOGGING = """
import logging
loggers = [logging.getLogger(name) for name in ("mine", "mine.child", "other")]
def init():
    for logger in loggers:
        logger.debug("d"); logger.info("i"); logger.warning("w")
    print("printed")
def run(data):
    loggers[0].warning("in run %s", data)
    return 1
"""
TEXT = {
    "version": 1,
    "formatters": {"text": {"format": "FMT %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "text"}
    },
}
#: As the reference's own file, which users copy to begin with.
COPIED = {
    "version": 1,
    "formatters": {
        "text": {
            "class": "azureml_inference_server_http.log_config.AMLLogFormatter",
            "format": "FMT %(levelname)s %(name)s %(message)s",
            "style": "%",
        }
    },
    "filters": {"quiet": {"()": "azureml_inference_server_http.log_config.RootAccessFilter"}},
    "handlers": {
        "out": {"class": "logging.StreamHandler", "formatter": "text", "filters": ["quiet"]}
    },
}


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(
            {**TEXT, "loggers": {"mine": {"level": "DEBUG", "handlers": ["out"]}}}, id="a logger"
        ),
        pytest.param({**TEXT, "root": {"level": "DEBUG", "handlers": ["out"]}}, id="the root"),
        pytest.param(
            {
                **COPIED,
                "loggers": {
                    "mine": {"level": "INFO", "handlers": ["out"], "propagate": False},
                    "other": {"level": "ERROR", "handlers": ["out"]},
                },
            },
            id="copied",
        ),
        pytest.param(
            {
                **TEXT,
                "disable_existing_loggers": True,
                "root": {"level": "ERROR"},
                "loggers": {
                    "mine.child": {"level": "DEBUG", "handlers": ["out"], "propagate": False}
                },
            },
            id="a child",
        ),
    ],
)
def test_a_logging_file_does_the_same_to_the_users_loggers(both, file):
    servers = both({"score.py": LOGGING, "logging.json": file})
    formatted = []
    for server in servers:
        server.ready().score(5)
        server.stop()
        mine = r"FMT [A-Z]+ (?:mine|mine\.child|other) .*"
        formatted.append(re.findall(mine, server.text))
    assert formatted[0] == formatted[1] != []
    ours = [json.loads(line) for line in servers[1].text.splitlines() if not line.startswith("FMT")]
    assert {"printed", "User's init has completed successfully", "POST /score 200"} <= {
        entry["message"] for entry in ours
    }


def test_a_logging_file_that_speaks_of_their_logger_holds_for_the_servers_lines(both):
    file = {
        **TEXT,
        "loggers": {"azmlinfsrv": {"level": "INFO", "handlers": ["out"], "propagate": False}},
    }
    servers = both({"score.py": LOGGING, "logging.json": file})
    for server in servers:
        server.ready()
        assert re.search(r"^FMT INFO (azmlinfsrv\.print|stdout) printed$", server.text, re.M)
        assert re.search(r"^FMT INFO \S+ Invoking user's init function$", server.text, re.M)


def test_a_health_port_of_its_own_gives_the_same_answers(both, free_port):
    ports = [free_port(), free_port()]
    more = (["--health_port", ports[0]], ["--health-port", ports[1]])
    servers = both({}, more=more, SEPERATE_HEALTH_ENDPOINT="true")
    requests = [("GET", "/"), ("POST", "/score"), ("GET", "/swagger.json"), ("GET", "/nope")]
    found = []
    for server, port in zip(servers, ports, strict=True):
        server.ready()
        answers = [server.ask(method, path, port) for method, path in requests]
        bodies = [answer.content for answer in answers if "/swagger" not in answer.url.path]
        found.append(([answer.status_code for answer in answers], bodies))
        assert server.ask("GET", "/").text == "Healthy"
    assert found[0] == found[1]
    assert servers[1].stop() == 0


def test_a_run_that_outlives_the_worker_timeout_gets_an_answer(both):
    script = "def init(): pass\ndef run(data):\n    while True: pass\n"
    theirs, ours = both({"score.py": script}, WORKER_TIMEOUT="1")
    answer = ours.ready().score()
    assert theirs.ready().score().status_code == answer.status_code == 500
    assert answer.json() == {"message": "Scoring timeout after 1000 ms"}
    assert ours.ask("GET", "/").status_code == 200


_THEIR_NAMES = """
import os
os.environ["AZUREML_ENTRY_SCRIPT"] = "none.py"
from azureml_inference_server_http import constants
from azureml_inference_server_http.server import config
names = {value for name, value in vars(constants).items() if name.startswith("ENV_")} | config.alias_mapping.keys()
print("NAMES", *sorted(names))
"""


def test_every_variable_of_theirs_is_spoken_of(reference_program, tmp_path):
    done = subprocess.run(
        [reference_program.parent / "python", "-c", _THEIR_NAMES],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]},
        timeout=120,
    )
    names = re.search(r"NAMES (.*)", done.stdout)[1].split()
    assert len(names) > 20
    document = DOCUMENT.read_text()
    assert [name for name in names if f"`{name}`" not in document] == []
