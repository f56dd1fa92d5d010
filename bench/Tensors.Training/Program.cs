using System.Diagnostics;
using System.Globalization;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tensors.Training;
using Disentangle.ML.TorchSharp;
using TorchSharp;

// Prints "workload rows-per-second" for each training step named, or for all. The first argument says what runs it: managed (the managed
// engine), engine (TorchEngine) or torchsharp (TorchSharp without this library). The second is the device: a number of CPU threads, 0 for
// all cores, or cuda, or for TorchEngine cuda-bfloat16. compare.py alternates them with the same steps in PyTorch.
(string runner, string place) = (args[0], args[1]);
string[] names = args[2..];
bool isGpu = place.StartsWith("cuda", StringComparison.Ordinal);
int threads = isGpu ? 0 : int.Parse(place, CultureInfo.InvariantCulture);
Disentangle.ML.Tensors.Device device = runner == "managed"
    ? Disentangle.ML.Tensors.Device.Managed
    : isGpu ? TorchDevice.Cuda() with { Bfloat16 = place == "cuda-bfloat16" } : TorchDevice.Cpu;
const int rounds = 5;
const double secondsPerRound = 1;

foreach (Workload workload in Workload.All)
{
    if (names.Length > 0 && !names.Contains(workload.Name))
        continue;
    // The engine also sets the threads of TorchSharp.
    using Engine engine = device.CreateEngine(threads, seed: 1);
    Action step = runner == "torchsharp" ? workload.PrepareTorchSharp(isGpu ? torch.CUDA : torch.CPU) : workload.Prepare(engine);
    for (int i = 0; i < (runner == "managed" ? 40 : 5); i++)
        step();
    double best = 0;
    for (int round = 0; round < rounds; round++)
    {
        int steps = 0;
        Synchronize();
        var watch = Stopwatch.StartNew();
        do
        {
            step();
            steps++;
        }
        while (watch.Elapsed.TotalSeconds < secondsPerRound);
        Synchronize();
        best = Math.Max(best, steps * workload.RowsPerStep / watch.Elapsed.TotalSeconds);
    }
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workload.Name} {best:F0}"));
}

// Kernels run after the call that started them has returned.
void Synchronize()
{
    if (isGpu)
        torch.cuda.synchronize();
}
