#!/usr/bin/env python3
"""Alternates the same training steps here and in PyTorch, and prints rows per second and their ratio.

    DISENTANGLE_DATA=<folder with mnist-strokes> python3 bench/Tensors.Training/compare.py [workload ...]

PyTorch runs on 2 threads with OpenBLAS. Its threads sleep while waiting (OMP_WAIT_POLICY=PASSIVE), which is faster on two cores.
Each side is measured ROUNDS times, alternating, and the best run of each counts: other load on the machine can only slow a run down.
TORCH_PYTHON is the interpreter that has PyTorch, if it is not this one.
"""
import os
import subprocess
import sys

ROUNDS = 3
WORKLOADS = ["mlp", "autoencoder", "encode", "cnn", "gru"]

folder = os.path.dirname(os.path.abspath(__file__))
environment = dict(os.environ, OMP_WAIT_POLICY="PASSIVE", OMP_NUM_THREADS="2")
# A forced core type would keep OpenBLAS from choosing the kernels for this processor.
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    environment.pop(name, None)


def measure(command):
    output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return float(output.split()[-1])


subprocess.run(["dotnet", "build", folder, "-c", "Release", "--nologo", "-v", "q"], check=True, stdout=subprocess.DEVNULL)
target = subprocess.run(
    ["dotnet", "build", folder, "-c", "Release", "-getProperty:TargetPath"], check=True, capture_output=True, text=True)
program = target.stdout.strip()
python = os.environ.get("TORCH_PYTHON", sys.executable)
if subprocess.run([python, "-c", "import torch"], capture_output=True).returncode != 0:
    print(f"No comparison: {python} has no PyTorch (Debian: apt install python3-torch).")
    sys.exit()
torch = [python, os.path.join(folder, "steps.py")]
strokes = os.path.join(environment.get("DISENTANGLE_DATA", ""), "mnist-strokes")

print(f"{'workload':<12} {'here':>10} {'PyTorch':>10} {'ratio':>6}   rows per second, best of {ROUNDS}")
for workload in sys.argv[1:] or WORKLOADS:
    if workload == "gru" and not os.path.isdir(strokes):
        print(f"{workload:<12} skipped: set DISENTANGLE_DATA to the folder that contains mnist-strokes.")
        continue
    here = theirs = 0.0
    for _ in range(ROUNDS):
        here = max(here, measure(["dotnet", program, workload]))
        theirs = max(theirs, measure([*torch, workload]))
    print(f"{workload:<12} {here:>10.0f} {theirs:>10.0f} {here / theirs:>6.2f}", flush=True)
