using System.Text.RegularExpressions;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>The warnings of docs/errors.md: each is in the log, in the transformer, and in the saved model.</summary>
public sealed partial class WarningTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static readonly Dictionary<string, string> Documented =
        Row().Matches(File.ReadAllText(TestData.InRepository("docs", "errors.md")))
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    public static TheoryData<string> Rows => [.. Documented.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Documented_warning_is_given(string input)
    {
        var log = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                log.Add(e.RawMessage);
        };
        (EncoderTransformer fitted, IDataView data) = Cause(input);

        string pattern = $"^{Regex.Escape(Documented[input]).Replace("…", ".*", StringComparison.Ordinal)}$";
        Assert.Contains(fitted.Warnings, warning => Regex.IsMatch(warning, pattern));
        Assert.Equal(fitted.Warnings, log);
        Assert.Equal(fitted.Warnings, DisentangleModel.Open(_ml.SaveAndLoad(fitted, data)).Encoders.Single().Warnings);
    }

    [Fact]
    public void Enough_rows_are_found() => Assert.True(Documented.Count >= 8);

    [Fact]
    public void Good_training_warns_of_nothing()
    {
        IDataView data = Data();
        Assert.Empty(_ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", new() { Epochs = 2 }).Fit(data).Warnings);
        Assert.Empty(_ml.Transforms.DisentangleAutoencoder("Code", "Features", options: new() { Epochs = 2 }).Fit(data).Warnings);
        Assert.Empty(Encode(data, Samples.Options).Warnings);
    }

    [Fact]
    public void Features_of_different_scales_are_as_good_as_others_where_they_are_scaled() =>
        Assert.Empty(Encode(Mixed(), Samples.Options with { Scaling = FeatureScaling.Auto }).Warnings);

    private (EncoderTransformer, IDataView) Cause(string input)
    {
        IDataView data = input switch
        {
            "an embedding that collapsed" or "a learning rate that is too great" => Data(Fill),
            "rows that are all the same" => Data(samples => Array.ForEach(samples, sample => sample.Features = new float[Sample.Width])),
            "features of different scales" => Mixed(),
            "features in the hundreds" => Data(samples => Array.ForEach(samples, sample => Scale(sample, 100))),
            "rows that change between passes" => Changing(),
            "a key with more values than rows have" => Keys(),
            _ => Data(),
        };
        return (input switch
        {
            "an embedding that collapsed" => Encode(data, Samples.Options with
            {
                Network = Network.Mlp([8], 4),
                Objective = Objective.CrossEntropy() + Objective.SoftNearestNeighbor(),
                LearningRate = 1, Epochs = 20, BatchSize = 16,
            }),
            "features in the hundreds" => _ml.Transforms.DisentangleAutoencoder("Code", "Features", options: new()
            {
                Network = Network.MlpAutoencoder([8], 2), Epochs = 1, Seed = 1,
            }).Fit(data),
            "a learning rate that is too great" => Encode(data, Samples.Options with
            {
                Network = Network.Mlp([8], 4, Tensors.Activation.Identity), Objective = Objective.CrossEntropy(), LearningRate = 300,
            }),
            "an objective without gradient" => Encode(data, Samples.Options with { Objective = new Objective(new Flat()) }),
            "rows that change between passes" => Encode(data, Samples.Options with { CacheInMemory = false }),
            "a key with more values than rows have" =>
                _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Key", Samples.Options).Fit(data),
            "a class of too few rows for its neighbours" => Encode(Data(samples =>
            {
                foreach (Sample sample in samples[5..])
                    sample.Flag = false;
                samples[0].Flag = samples[1].Flag = true;
            }), Samples.Options with { Objective = Objective.CrossEntropy() + Objective.NeighborContrast() }),
            _ => Encode(data, Samples.Options),
        }, data);
    }

    private DisentangleEncoderTransformer Encode(IDataView data, DisentangleEncoderOptions options) =>
        _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", options).Fit(data);

    private IDataView Data(Action<Sample[]>? change = null)
    {
        Sample[] samples = Samples.Create();
        change?.Invoke(samples);
        return _ml.Data.LoadFromEnumerable(samples);
    }

    private IDataView Mixed() => Data(samples => Array.ForEach(samples, sample => sample.Features[2] *= 1000));

    private IDataView Changing()
    {
        int passes = 0;
        return _ml.Data.LoadFromEnumerable(Rows());

        IEnumerable<Sample> Rows()
        {
            foreach (Sample sample in Samples.Create(rows: 100 + passes++))
                yield return sample;
        }
    }

    private IDataView Keys()
    {
        IDataView data = Data(), keys = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(i => new Sample { Number = 10 * i }));
        IDataView values = _ml.Transforms.SelectColumns("Number").Fit(keys).Transform(keys);
        return _ml.Transforms.Conversion.MapValueToKey("Key", "Number", keyData: values)
            .Fit(data).Transform(data);
    }

    /// <summary>Features by chance.</summary>
    private static void Fill(Sample[] samples)
    {
        var random = new Random(1);
        foreach (Sample sample in samples)
            sample.Features = [.. sample.Features.Select(_ => random.NextSingle())];
    }

    private static void Scale(Sample sample, float factor) => sample.Features = [.. sample.Features.Select(value => factor * value)];

    [GeneratedRegex(@"^\| ([^|`]+) \| `([^`|]*)` \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    private sealed record Flat : ILoss
    {
        public string Name => "flat";

        public Tensors.Tensor Compute(LossContext context) => 0 * context.Engine.Sum(context.Embedding.Output);
    }
}
