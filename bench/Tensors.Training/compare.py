#!/usr/bin/env python3
"""Alternates the same training steps here, in PyTorch and by TorchSharp, and prints rows per second.

    DISENTANGLE_DATA=<folder with mnist-strokes> python3 bench/Tensors.Training/compare.py [cuda] [workload ...]

The managed engine and the peers run on 2 threads, or with "cuda" TorchEngine and the peers on a GPU, beside the managed engine on all
cores. On the CPU the peers run in turn with threads that sleep and threads that spin while waiting (OMP_WAIT_POLICY), and keep freed
memory (MALLOC_*), which is faster than to return it to the system after each step. Each side is measured ROUNDS times, alternating, and
the best run of each counts: other load on the machine can only slow a run down. TORCH_PYTHON is the interpreter that has PyTorch, if it
is not this one; on the CPU it needs OpenBLAS (Debian: apt install libopenblas0-pthread) to be a peer at all. A peer that is missing is
left out. With "cuda", libtorch is that of LD_LIBRARY_PATH, or of the package TorchSharp-cuda-linux.
"""
import os
import subprocess
import sys

ROUNDS = 3
WORKLOADS = ["mlp", "autoencoder", "encode", "cnn", "gru", "jade"]

folder = os.path.dirname(os.path.abspath(__file__))
environment = dict(os.environ, OMP_NUM_THREADS="2")
# A forced core type would keep OpenBLAS from choosing the kernels for this processor.
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    environment.pop(name, None)


shim = os.path.join(folder, "..", "..", "artifacts", "libstdcxx")
peer_environment = dict(
    environment, MALLOC_TRIM_THRESHOLD_="4000000000", MALLOC_MMAP_THRESHOLD_="1000000000", MALLOC_TOP_PAD_="200000000")


def measure(command, environment=environment):
    output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return float(output.split()[-1])


def measure_peer(command, **more):
    if is_gpu:
        return measure(command, dict(environment, **more))
    return max(measure(command, dict(peer_environment, OMP_WAIT_POLICY=policy, **more)) for policy in ("PASSIVE", "ACTIVE"))


names = sys.argv[1:]
is_gpu = names[:1] == ["cuda"]
if is_gpu:
    names = names[1:]
    paths = environment.get("LD_LIBRARY_PATH", "").split(":")
    has_libtorch = any(os.path.exists(os.path.join(path, "libtorch_cuda.so")) for path in paths)
    properties = ["-p:LibTorch=false"] if has_libtorch else ["-p:Cuda=true"]
    del environment["OMP_NUM_THREADS"]
else:
    properties = []
subprocess.run(
    ["dotnet", "build", folder, "-c", "Release", "--nologo", "-v", "q", *properties], check=True, stdout=subprocess.DEVNULL)
target = subprocess.run(
    ["dotnet", "build", folder, "-c", "Release", "-getProperty:TargetPath", *properties], check=True, capture_output=True, text=True)
program = target.stdout.strip()
python = os.environ.get("TORCH_PYTHON", sys.executable)
place = "cuda" if is_gpu else "2"
here_command = ["dotnet", program, "engine" if is_gpu else "managed", place]
# For each peer, how it is started, and what its environment has besides.
peers = {}
version = subprocess.run([python, "-c", "import torch; print(torch.__version__)"], capture_output=True, text=True)
if version.returncode == 0:
    name = "PyTorch " + version.stdout.split("+")[0].split("a")[0].strip()
    peers[name] = [python, os.path.join(folder, "steps.py"), "cuda" if is_gpu else "cpu"], {}
else:
    print(f"{python} has no PyTorch (Debian: apt install python3-torch).")
torchsharp = ["dotnet", program, "torchsharp", place], {"LD_LIBRARY_PATH": shim} if os.path.isdir(shim) and not is_gpu else {}
try:
    measure_peer([*torchsharp[0], "mlp"], **torchsharp[1])
    peers["TorchSharp 0.107"] = torchsharp
except subprocess.CalledProcessError:
    print("libtorch cannot be loaded (docs/gpu.md says what it needs).")
if is_gpu:
    peers["managed"] = ["dotnet", program, "managed", "0"], {}
strokes = os.path.join(environment.get("DISENTANGLE_DATA", ""), "mnist-strokes")

print(f"{'workload':<12} {'here':>10}" + "".join(f" {peer:>16} {'ratio':>6}" for peer in peers) + f"   rows per second, best of {ROUNDS}")
for workload in names or WORKLOADS:
    if workload == "gru" and not os.path.isdir(strokes):
        print(f"{workload:<12} skipped: set DISENTANGLE_DATA to the folder that contains mnist-strokes.")
        continue
    here, theirs = 0.0, dict.fromkeys(peers, 0.0)
    for _ in range(ROUNDS):
        here = max(here, measure([*here_command, workload]))
        for peer, (command, more) in peers.items():
            theirs[peer] = max(theirs[peer], measure_peer([*command, workload], **more))
    print(f"{workload:<12} {here:>10.0f}" + "".join(f" {speed:>16.0f} {here / speed:>6.2f}" for speed in theirs.values()), flush=True)
