"""Raw data on standard input to an SVG: requests per second and p99 by number of connections."""

import json
import sys
from statistics import median

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

raw = json.load(sys.stdin)
matplotlib.rcParams["svg.hashsalt"] = "slipway"
figure, (rates, tails) = pyplot.subplots(1, 2, figsize=(13, 5.2))
markers = "os^Dv<>Pphd*"
colours = pyplot.get_cmap("tab20").colors
for number, (name, found) in enumerate(raw["servers"].items()):
    counts = [int(count) for count, runs in found["runs"].items() if runs]
    ours = name.startswith("Slipway")
    style = {
        "label": name,
        "marker": markers[number % len(markers)],
        "markersize": 4,
        "color": colours[number % len(colours)],
        "linewidth": 2.6 if ours else 1.2,
        "alpha": 1.0 if ours else 0.7,
        "linestyle": ":" if name.startswith("Granian") else "-",
    }
    for axis, key, scale in ((rates, "requests_per_second", 1), (tails, "p99_us", 1e-3)):
        axis.plot(
            counts,
            [median(run[key] for run in found["runs"][str(c)]) * scale for c in counts],
            **style,
        )
for axis, title in ((rates, "requests per second"), (tails, "p99, ms")):
    axis.set_title(title)
    axis.set_xscale("log", base=2)
    axis.set_yscale("log")
    axis.set_xlabel("connections")
    axis.set_xticks(raw["connections"], [str(count) for count in raw["connections"]])
    axis.grid(visible=True, which="major", alpha=0.3)
handles, labels = rates.get_legend_handles_labels()
figure.legend(
    handles, labels, loc="center left", bbox_to_anchor=(0.815, 0.5), fontsize=8.5, frameon=False
)
figure.tight_layout(rect=(0, 0, 0.82, 1))
figure.savefig(sys.argv[1], metadata={"Date": None})
