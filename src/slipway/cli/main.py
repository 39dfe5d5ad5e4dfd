"""The `slipway` command: one sub-command per noun, loaded when it is asked for."""

import typer

from slipway.cli import images, models, services, sizes
from slipway.cli.first_stack.command import init
from slipway.cli.plugins import Commands
from slipway.cli.recover import recover
from slipway.cli.waiting import wait_in_the_terminal

app = typer.Typer(
    name="slipway",
    cls=Commands,
    help="Everyday operations on what Slipway deployed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.callback()(wait_in_the_terminal)
app.add_typer(models.app, name="models")
app.add_typer(images.app, name="images")
app.add_typer(services.app, name="services")
app.add_typer(sizes.app, name="sizes")
app.command("init")(init)
app.command("recover")(recover)
