using System.Diagnostics;
using System.Globalization;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tensors.Training;

// Prints "workload rows-per-second" for each training step named, or for all. compare.py alternates it with the same steps in PyTorch.
const int rounds = 5;
const double secondsPerRound = 1;

foreach (Workload workload in Workload.All)
{
    if (args.Length > 0 && !args.Contains(workload.Name))
        continue;
    using var engine = new ManagedEngine(threads: 2, seed: 1);
    Action step = workload.Prepare(engine);
    for (int i = 0; i < 40; i++)
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
