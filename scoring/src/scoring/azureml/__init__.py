"""Azure ML's scoring contract: entry script, inputs, answers, swagger."""
