using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Disentangle.ML.Tensors.Bench;
using Perfolizer.Horology;

// dotnet run -c Release --project bench/Tensors               times the matrix product
// dotnet run -c Release --project bench/Tensors -- ceiling    prints its speed in percent of a core's peak
if (args is ["ceiling"])
{
    FmaCeiling.Compare();
    return;
}
// Many short iterations, so that some run undisturbed on a machine that does other work too.
Job job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    .WithWarmupCount(2)
    .WithIterationCount(40)
    .WithIterationTime(TimeInterval.FromMilliseconds(20));
IConfig config = DefaultConfig.Instance
    .AddJob(job)
    .AddColumn(new GigaflopsColumn());
BenchmarkSwitcher.FromAssembly(typeof(ProductBenchmark).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
