using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Tests;

/// <summary>What the program saves, and what the test does with it afterwards.</summary>
internal static class Work
{
    public static readonly DisentangleEncoderOptions Options = new()
    {
        Network = Network.Mlp([64], 8),
        Objective = Objective.CrossEntropy(),
        Epochs = 1_000_000,
        BatchSize = 32,
        Seed = 1,
        Threads = 1,
    };

    public static MLContext ML { get; } = new(seed: 1);

    public static IDataView Data { get; } = ML.Data.LoadFromEnumerable(Enumerable.Range(0, 32).Select(i => new Row
    {
        Features = [.. Enumerable.Range(0, 8).Select(f => (i * 7 + f * 3) % 11 / 11f)],
        Label = i % 2 == 0,
    }));

    public static DisentangleEncoderTransformer Fit(DisentangleEncoderOptions options) =>
        ML.Transforms.DisentangleEncoder("Embedding", "Features", options: options).Fit(Data);

    /// <summary>Three Fits: one succeeds, one fails after its first epoch, and one is cancelled after its second.</summary>
    public static void FitFailAndCancel()
    {
        DisentangleEncoderOptions options = Options with { Network = Network.Mlp([512, 256], 8), Epochs = 4, Threads = 2 };
        Fit(options).Transform(Data).GetColumn<float[]>("Embedding").Count();
        try
        {
            Fit(options with { Progress = _ => throw new InvalidOperationException() });
        }
        catch (InvalidOperationException)
        {
        }
        using var source = new CancellationTokenSource();
        Fit(options with
        {
            CancellationToken = source.Token,
            Progress = progress =>
            {
                if (progress.Epoch == 2)
                    source.Cancel();
            },
        });
    }

    private sealed class Row
    {
        [VectorType(8)]
        public float[] Features { get; set; } = [];
        public bool Label { get; set; }
    }
}
