"""Runs an ONNX file: python run_onnx.py model.onnx < request.json > outcome.json, in the format of ExportedFile.cs."""
import json
import sys

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
feeds = {
    name: np.array(tensor["data"], tensor["type"]).reshape(tensor["dims"])
    for name, tensor in json.load(sys.stdin).items()
}
names = [output.name for output in session.get_outputs()]
json.dump(
    {name: {"dims": values.shape, "data": values.ravel().tolist()} for name, values in zip(names, session.run(names, feeds))},
    sys.stdout,
)
