"""Two parameters and Power BI's names, as Azure's advanced example has them."""

import pandas as pd
from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema, output_schema


def init():
    pass


@input_schema("Inputs", PandasParameterType(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})))
@input_schema("GlobalParameters", StandardPythonParameterType(1.5))
@output_schema(StandardPythonParameterType({"Results": [1.0]}))
def run(Inputs, GlobalParameters=2.0, request_headers=None):  # noqa: N803  (Power BI's names)
    return {"Results": (Inputs["a"] * GlobalParameters).tolist(), "headers": bool(request_headers)}
