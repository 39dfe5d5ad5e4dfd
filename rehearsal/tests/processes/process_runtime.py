"""A process runtime in a process of its own, to be killed: reads one group from standard input, says when it runs."""

import json
import sys
import time
from pathlib import Path

from rehearsal.core.containers import ContainerSpec, GroupSpec, Probe
from rehearsal.runtimes.process.runtime import ProcessRuntime


def main() -> None:
    told = json.load(sys.stdin)
    container = ContainerSpec(
        name="app",
        image=told["image"],
        ports=(5001,),
        memory_gb=1.0,
        command=tuple(told["command"]),
        environment=told["environment"],
        readiness=Probe(http_path="/", http_port=5001, period_seconds=0, timeout_seconds=5),
    )
    group = GroupSpec(
        id=told["id"],
        name="group",
        ip=told["ip"],
        containers=(container,),
        registry_token=lambda host: told["token"],
    )
    runtime = ProcessRuntime(Path(told["state"]), Path(told["cache"]), Path(told["ca"]))
    runtime.start(group)
    while not runtime.state(group.id)[0].ready:
        time.sleep(0.02)
    print("ready", flush=True)
    time.sleep(600)


if __name__ == "__main__":
    main()
