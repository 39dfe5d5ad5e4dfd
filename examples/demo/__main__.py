"""From a trained model to a scoring answer on this machine; and back to nothing."""

import argparse
import json
import re
import shutil
import sys

from examples.demo.shell import ROOT, DemoError, Shell, say

STACK = "rehearsal"
SAMPLE = '{"data": [[1,2,3,4,5,6,7,8,9,10],[10,9,8,7,6,5,4,3,2,1]]}'
EXAMPLE = ROOT / "examples" / "diabetes"
_CHANGED = re.compile(r"^\s+[+~-]{1,2}\s*\d+ (?:created|updated|deleted|replaced|to )")


def main() -> int:
    arguments = argparse.ArgumentParser(prog="demo")
    arguments.add_argument("direction", choices=["up", "down"])
    try:
        if arguments.parse_args().direction == "up":
            up(Shell.of_the_toolchain())
        else:
            down(Shell.of_the_toolchain())
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    return 0


def up(shell: Shell) -> None:
    """Train, start the rehearsal, `pulumi up`, score."""
    _train(shell)
    say("The rehearsal: Azure on this machine")
    shell.run("slipway", "rehearsal", "start")
    shell = shell.with_variables(_rehearsal_variables(shell))
    _select_stack(shell)
    say("The ordinary pulumi up")
    lines = shell.run_and_keep("pulumi", "up", "--yes", "--skip-preview", "--stack", STACK)
    changed = any(_CHANGED.match(line) for line in lines)
    _show(shell, changed=changed)


def down(shell: Shell) -> None:
    """Destroy the demo's stack; stop the rehearsal and remove its state, unless other stacks are in it."""
    # Only one that runs can say what is in it.
    shell.run("slipway", "rehearsal", "start")
    shell = shell.with_variables(_rehearsal_variables(shell))
    if shell.succeeds(["pulumi", "stack", "select", STACK]):
        say("Destroying the stack")
        shell.run("pulumi", "destroy", "--yes", "--skip-preview", "--stack", STACK)
        # The stack's settings belong to the repository: only the state goes.
        shell.run("pulumi", "stack", "rm", STACK, "--yes", "--preserve-config")
    if others := _stacks(shell):
        say("The rehearsal keeps running")
        print(_OTHERS.format(stacks="\n".join(f"  {name}" for name in others)))
        return
    say("Stopping the rehearsal")
    shell.run("slipway", "rehearsal", "stop", "--purge", "--yes")
    (EXAMPLE / "model.pkl").unlink(missing_ok=True)
    shutil.rmtree(ROOT / ".slipway", ignore_errors=True)


def _stacks(shell: Shell) -> list[str]:
    """All that are in the rehearsal, of this project or another, as they are told."""
    listed = json.loads(shell.read("pulumi", "stack", "ls", "--all", "--json"))
    return sorted(
        f"{one['name']} (nothing is in it)" if one.get("resourceCount") == 0 else one["name"]
        for one in listed
    )


def _train(shell: Shell) -> None:
    if (EXAMPLE / "model.pkl").exists():
        return
    say("Training the model (ridge regression on scikit-learn's diabetes data)")
    shell.run("python", "examples/diabetes/train.py")


def _rehearsal_variables(shell: Shell) -> dict[str, str]:
    variables: dict[str, str] = json.loads(shell.read("slipway", "rehearsal", "env", "--json"))
    return variables


def _select_stack(shell: Shell) -> None:
    if not shell.succeeds(["pulumi", "stack", "select", STACK]):
        shell.run("pulumi", "stack", "init", STACK)


def _show(shell: Shell, *, changed: bool) -> None:
    outputs = json.loads(shell.read("pulumi", "stack", "output", "--json", "--stack", STACK))
    say("The sample of the original document, scored")
    service = outputs["services"]["diabetes"]
    uri = service["scoringUri"]
    shell.run("slipway", "services", "score", SAMPLE, "--stack", STACK)
    print(
        f"""

  scoring URI  {uri}
  by curl      curl -s {uri} -H 'Content-Type: application/json' -d '{SAMPLE}'
  model        {outputs["models"]["diabetes"]["id"]}
  image        {service["image"]}  {service["imageRef"]}
"""
    )
    print("Nothing changed: everything was already as the stack says." if not changed else "Done.")
    print(_NEXT)


_OTHERS = """It holds other stacks:
{stacks}
For those that are not empty: `pulumi destroy --stack NAME` in the folder of its project. For all of them, there too:
`pulumi stack rm NAME --preserve-config`, which keeps its file of settings. Then run `make demo-down` again.
`slipway rehearsal stop` stops it with all of them in it; with `--purge` it removes them too."""

_NEXT = """
Next, in a shell with the rehearsal's variables:
  eval "$(.venv/bin/slipway rehearsal env)"
  .venv/bin/python examples/diabetes/train.py --alpha 5     another model
  pulumi preview                                            model 1 -> 2, image 1 -> 2, the service is updated
  pulumi up                                                 the same curl answers other numbers
  pulumi config set --path slipway:services.diabetes.image diabetes-image:1    roll back: nothing is rebuilt
  pulumi up
  slipway services logs                                     what the container printed
  make demo-down                                            leave nothing of it behind"""


if __name__ == "__main__":
    sys.exit(main())
