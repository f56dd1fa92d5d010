using System.Text.Json.Serialization;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A loss: a differentiable scalar of a batch. Implement it to train with your own loss, usually as a record whose properties are its
/// settings.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "loss")]
[JsonDerivedType(typeof(CrossEntropyLoss), "crossEntropy")]
[JsonDerivedType(typeof(RowMarginLoss), "rowMargin")]
[JsonDerivedType(typeof(SampleMarginLoss), "sampleMargin")]
[JsonDerivedType(typeof(DeCovLoss), "deCov")]
[JsonDerivedType(typeof(XCovLoss), "xCov")]
[JsonDerivedType(typeof(SoftNearestNeighborLoss), "softNearestNeighbor")]
[JsonDerivedType(typeof(CenterLoss), "center")]
[JsonDerivedType(typeof(CategoricalCorelLoss), "categoricalCorel")]
[JsonDerivedType(typeof(CosineCorelLoss), "cosineCorel")]
[JsonDerivedType(typeof(GaussianCorelLoss), "gaussianCorel")]
[JsonDerivedType(typeof(ReconstructionLoss), "reconstruction")]
[JsonDerivedType(typeof(NeighborContrastLoss), "neighborContrast")]
[JsonDerivedType(typeof(RecordedLoss), "recorded")]
public interface ILoss
{
    /// <summary>The name in the history, the log and error messages; unique within an objective.</summary>
    [JsonIgnore]
    string Name { get; }

    /// <summary>The loss of a batch, a scalar.</summary>
    Tensor Compute(LossContext context);

    /// <summary>Describes each invalid setting in one sentence; empty if all are valid.</summary>
    IEnumerable<string> Faults() => [];

    /// <summary>What the loss uses besides the embedding. Default: nothing.</summary>
    [JsonIgnore]
    LossNeeds Needs => LossNeeds.None;

    /// <summary>The classifier's similarity, if the loss needs a particular one. Default null: it does not.</summary>
    [JsonIgnore]
    Similarity? Similarity => null;

    /// <summary>
    /// How to pair each row with a second one; the batch then holds pairs, see <see cref="LossContext.PairCount"/>. Default null: no
    /// pairs.
    /// </summary>
    [JsonIgnore]
    RowPairs? Pairs => null;

    /// <summary>
    /// Whether the loss compares embeddings by angle, so that embeddings of length 1 cluster best. Default: true if its similarity is the
    /// cosine.
    /// </summary>
    [JsonIgnore]
    bool ComparesByAngle => Similarity?.Kind == SimilarityKind.Cosine;
}
