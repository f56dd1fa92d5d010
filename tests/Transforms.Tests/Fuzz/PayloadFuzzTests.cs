using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>
/// Payloads that somebody made up, with the right checksum: they are read, or refused as damaged, and take no more memory than they hold.
/// </summary>
public sealed class PayloadFuzzTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly Lazy<Dictionary<string, byte[]>> Payloads = new(() => new Dictionary<string, string>
    {
        ["encoder"] = Write(Ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.AllOutputs with { Epochs = 1 })),
        ["text cnn"] = Write(Ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options with
        {
            Network = Network.TextCnn(wordSize: 4, embedding: 3) with { Filters = 2, Widths = [1, 2] },
            Epochs = 1,
        })),
        ["cnn autoencoder"] = Write(Ml.Transforms.DisentangleAutoencoder("Code", "Features", options: new()
        {
            Network = Network.CnnAutoencoder(new ImageSize(4, 3), [new(2, Pool: 2)], [3], 2),
            Objective = Objective.Reconstruction(ReconstructionError.MeanSquared),
            ReconstructionColumnName = "Reconstruction",
            Epochs = 1,
        })),
        ["joint"] = Write(Ml.Transforms.JointAutoencoder("Content", "Features", "Flag", Rows(), new()
        {
            Primary = Images,
            Auxiliary = Images,
            ClassifierHidden = [3],
            StyleColumnName = "Style",
            ScoreColumnName = "Probabilities",
            ReconstructionColumnName = "Reconstruction",
            Epochs = 1,
        })),
        ["mixture"] = Write(Ml.Clustering.Trainers.GaussianMixture("Features", numberOfComponents: 2)),
    }.ToDictionary(pair => pair.Key, pair => Convert.FromBase64String(pair.Value)));

    private static ConvolutionalVariationalAutoencoder Images =>
        new() { Image = new(4, 3), Convolutions = [new(2, Pool: 2)], Style = 2, Content = 3 };

    /// <summary>Features from 0 to 1.</summary>
    private static IDataView Rows()
    {
        Sample[] samples = Samples.Create(rows: 40);
        foreach (Sample sample in samples)
            sample.Features = Array.ConvertAll(sample.Features, value => value / 4);
        return Ml.Data.LoadFromEnumerable(samples);
    }

    private static string Write(IEstimator<FeatureTransformer> estimator) => ModelPayload.Write(estimator.Fit(Rows()).Save());

    public static TheoryData<string> Names => ["encoder", "text cnn", "cnn autoencoder", "joint", "mixture"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_setting_may_be_missing_or_anything_else(string name)
    {
        byte[] payload = Payloads.Value[name];
        (JsonObject header, byte[] arrays) = Split(payload);
        Assert.Equal(Convert.ToBase64String(payload),
            Convert.ToBase64String(Joined(Encoding.UTF8.GetBytes(header.ToJsonString()), arrays)));
        foreach (string path in Paths(header))
        {
            foreach (string? value in new[] { null, "null", "-1", "0", "7", "2000000000", "1e300", "\"\"", "\"x\"", "[]", "[null]", "{}",
                "true" })
                Check(Joined(Encoding.UTF8.GetBytes(Replaced(header, path, value)), arrays), $"{name}: {path} = {value ?? "(missing)"}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_header_and_arrays_may_come(string name)
    {
        (JsonObject header, byte[] arrays) = Split(Payloads.Value[name]);
        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        int count = int.TryParse(Environment.GetEnvironmentVariable("DISENTANGLE_FUZZ"), out int asked) ? asked : 500;
        for (int number = 0; number < count; number++)
        {
            Check(Joined(Mutations.Of(text, number), arrays), $"{name}: change {number} of the header");
            Check(Joined(text, Mutations.Of(arrays, number)), $"{name}: change {number} of the arrays");
        }
    }

    [Fact]
    public void Words_and_vectors_must_fit_together()
    {
        var vectors = new TextVectors(WordVectors.Create(new Dictionary<string, float[]> { ["a"] = [1, 2], ["b"] = [3, 4] }), IsMean: true,
            MaximumWords: null);
        (JsonObject header, byte[] arrays) = Split(Convert.FromBase64String(vectors.Write()));
        foreach (string path in Paths(header))
        {
            foreach (string? value in new[] { null, "null", "-1", "0", "7", "2000000000", "\"\"", "\"x\"", "[]", "[null]", "{}", "true" })
            {
                string payload = Convert.ToBase64String(Joined(Encoding.UTF8.GetBytes(Replaced(header, path, value)), arrays));
                Exception? thrown = Record.Exception(() => TextVectors.Of(payload.AsMemory()));
                Assert.True(thrown is null or InvalidDataException, $"{path} = {value ?? "(missing)"}: {thrown}");
            }
        }
    }

    private static void Check(byte[] payload, string what)
    {
        string text = Convert.ToBase64String(payload);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? thrown = Record.Exception(() =>
        {
            FeatureTransformer transformer = ModelPayload.ReadTransformer(text);
            // What was read can be used.
            using RowSession session = transformer.Open(capacity: 1, threads: 1);
            session.Add(new float[transformer.Input.Shape.Width]);
            session.Run();
        });
        long memory = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(thrown is null or InvalidDataException, $"{what}: {thrown}");
        Assert.True(memory < (64 << 20), $"{what} took {memory >> 20} MB.");
    }

    private static (JsonObject Header, byte[] Arrays) Split(byte[] payload)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(8));
        return (JsonNode.Parse(payload.AsSpan(12, length))!.AsObject(), payload[(12 + length)..^32]);
    }

    private static byte[] Joined(byte[] header, byte[] arrays)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        byte[] body = [.. "DMLP"u8, 1, 0, 0, 0, .. length, .. header, .. arrays];
        return [.. body, .. SHA256.HashData(body)];
    }

    private static IEnumerable<string> Paths(JsonNode? node, string path = "") => node switch
    {
        JsonObject properties => properties.SelectMany(property =>
            Paths(property.Value, $"{path}/{property.Key}").Prepend($"{path}/{property.Key}")),
        JsonArray items => items.SelectMany((item, i) => Paths(item, $"{path}/{i}").Prepend($"{path}/{i}")),
        _ => [],
    };

    /// <summary>The header with another value at a path, or without it.</summary>
    private static string Replaced(JsonObject header, string path, string? value)
    {
        JsonNode root = header.DeepClone();
        string[] steps = path.Split('/')[1..];
        JsonNode parent = steps[..^1].Aggregate(root, (node, step) => (node is JsonArray items ? items[int.Parse(step)] : node[step])!);
        JsonNode? replacement = value is null ? null : JsonNode.Parse(value);
        switch (parent)
        {
            case JsonArray items when value is null:
                items.RemoveAt(int.Parse(steps[^1]));
                break;
            case JsonArray items:
                items[int.Parse(steps[^1])] = replacement;
                break;
            case JsonObject properties when value is null:
                properties.Remove(steps[^1]);
                break;
            default:
                parent[steps[^1]] = replacement;
                break;
        }
        return root.ToJsonString();
    }
}
