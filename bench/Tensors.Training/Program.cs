using System.Diagnostics;
using System.Globalization;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tensors.Training;

// Prints "workload rows-per-second" for each training step named, or for all, on the managed engine or, if the first argument is
// "libtorch", by TorchSharp. compare.py alternates the two with the same steps in PyTorch.
bool isTorch = args is ["libtorch", ..];
string[] names = isTorch ? args[1..] : args;
if (isTorch)
    TorchSharp.torch.set_num_threads(2);
const int rounds = 5;
const double secondsPerRound = 1;

foreach (Workload workload in Workload.All)
{
    if (names.Length > 0 && !names.Contains(workload.Name))
        continue;
    using var engine = new ManagedEngine(threads: 2, seed: 1);
    Action step = isTorch ? workload.PrepareTorch() : workload.Prepare(engine);
    for (int i = 0; i < (isTorch ? 5 : 40); i++)
        step();
    double best = 0;
    for (int round = 0; round < rounds; round++)
    {
        int steps = 0;
        var watch = Stopwatch.StartNew();
        do
        {
            step();
            steps++;
        }
        while (watch.Elapsed.TotalSeconds < secondsPerRound);
        best = Math.Max(best, steps * workload.RowsPerStep / watch.Elapsed.TotalSeconds);
    }
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workload.Name} {best:F0}"));
}
