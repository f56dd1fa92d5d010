using System.Text.Json;
using System.Text.Json.Serialization;

namespace Disentangle.ML.Trainers.Tests.Losses;

/// <summary>What a loss looks at, in Double, row by row; values that Single holds exactly.</summary>
internal sealed record LossInputs
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public required int[] Labels { get; init; }

    public required double[][] Embedding { get; init; }

    /// <summary>The incoming weights of the embedding's neurons.</summary>
    public double[][]? Weight { get; init; }

    /// <summary>The output of a hidden layer before the embedding, and its incoming weights.</summary>
    public double[][]? Hidden { get; init; }

    public double[][]? HiddenWeight { get; init; }

    public double[][]? ClassWeights { get; init; }

    /// <summary>One row, as are the others that are not matrices.</summary>
    public double[][]? Bias { get; init; }

    public double[][]? LogGamma { get; init; }

    /// <summary>The decoder's output.</summary>
    public double[][]? Reconstruction { get; init; }

    public double[][]? Features { get; init; }

    public int Epoch { get; init; }

    public int ClassCount { get; init; } = 3;

    /// <summary>All that has a gradient.</summary>
    [JsonIgnore]
    public IEnumerable<(string Name, double[][] Values)> Variables
    {
        get
        {
            (string Name, double[][]? Values)[] all =
            [
                ("embedding", Embedding), ("weight", Weight), ("hidden", Hidden), ("hiddenWeight", HiddenWeight),
                ("classWeights", ClassWeights), ("bias", Bias), ("logGamma", LogGamma), ("reconstruction", Reconstruction),
            ];
            return all.Where(variable => variable.Values is not null).Select(variable => (variable.Name, variable.Values!));
        }
    }

    /// <summary>As many rows as labels, and of the rest what the loss needs.</summary>
    public static LossInputs Random(ILoss loss, int[] labels, int classes = 3, int seed = 1)
    {
        const int Size = 5;
        var random = new Random(seed);
        double[][] Draw(int rows, int columns, float scale = 1) =>
            [.. Enumerable.Range(0, rows)
                .Select(_ => Enumerable.Range(0, columns).Select(_ => (double)(scale * (2 * random.NextSingle() - 1))).ToArray())];
        bool classifies = loss.Needs.HasFlag(LossNeeds.Classifier);
        SimilarityKind kind = loss.Similarity?.Kind ?? SimilarityKind.Linear;
        int logits = kind == SimilarityKind.Linear && classes == 2 ? 1 : classes;
        return new LossInputs
        {
            Labels = labels,
            ClassCount = classes,
            Epoch = 2,
            Embedding = Draw(labels.Length, Size, scale: 2),
            Weight = Draw(Size, 6, scale: 2),
            Hidden = Draw(labels.Length, 6),
            HiddenWeight = Draw(6, 4, scale: 3),
            ClassWeights = classifies ? Draw(logits, Size) : null,
            Bias = classifies && kind == SimilarityKind.Linear ? Draw(1, logits) : null,
            LogGamma = loss.Similarity is { LearnGamma: true } ? [[-0.75]] : null,
            Reconstruction = loss.Needs.HasFlag(LossNeeds.Decoder) ? Draw(labels.Length, 4, scale: 3) : null,
            Features = [.. Enumerable.Range(0, labels.Length)
                .Select(_ => Enumerable.Range(0, 4).Select(_ => (double)random.NextSingle()).ToArray())],
        };
    }

    public static LossInputs Parse(JsonElement element) => element.Deserialize<LossInputs>(Json)!;

    /// <summary>The same rows in another order.</summary>
    public LossInputs InOrder(int[] order)
    {
        T[] Permuted<T>(T[] rows) => [.. order.Select(row => rows[row])];
        return this with
        {
            Labels = Permuted(Labels),
            Embedding = Permuted(Embedding),
            Hidden = Hidden is null ? null : Permuted(Hidden),
            Reconstruction = Reconstruction is null ? null : Permuted(Reconstruction),
            Features = Features is null ? null : Permuted(Features),
        };
    }
}
