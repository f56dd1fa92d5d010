using System.Text.Json.Serialization;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A loss: what a batch costs, as a differentiable scalar. Implement it to train with a loss of your own; a record with its settings as properties
/// is the usual form.
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
    /// <summary>How it is called in the history, the log and error messages; unique within an objective.</summary>
    [JsonIgnore]
    string Name { get; }

    /// <summary>The loss of a batch, a scalar.</summary>
    Tensor Compute(LossContext context);

    /// <summary>What is wrong with its settings, one sentence a fault.</summary>
    IEnumerable<string> Faults() => [];

    /// <summary>What it looks at besides the embedding. Default: nothing.</summary>
    [JsonIgnore]
    LossNeeds Needs => LossNeeds.None;

    /// <summary>How the classifier compares an embedding with the classes, if this loss decides it. Default null: it does not.</summary>
    [JsonIgnore]
    Similarity? Similarity => null;

    /// <summary>
    /// The second row that it needs for each row: the batch then holds pairs, see <see cref="LossContext.PairCount"/>. Default null: no pairs.
    /// </summary>
    [JsonIgnore]
    RowPairs? Pairs => null;

    /// <summary>Whether it compares embeddings by their angle, so that embeddings of length 1 cluster best. Default: where its similarity is the cosine.</summary>
    [JsonIgnore]
    bool ComparesByAngle => Similarity?.Kind == SimilarityKind.Cosine;
}

/// <summary>What a loss looks at besides the embedding.</summary>
[Flags]
public enum LossNeeds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Labels.</summary>
    Labels = 1,

    /// <summary>A classifier on top of the embedding.</summary>
    Classifier = 2,

    /// <summary>A decoder, which only autoencoders have.</summary>
    Decoder = 4,
}

/// <summary>What a saved model remembers of a loss that is not part of this library: its name, not its code.</summary>
/// <param name="Name">The loss's name.</param>
public sealed record RecordedLoss([property: JsonInclude] string Name) : ILoss
{
    /// <summary>A recorded loss cannot be trained with.</summary>
    public IEnumerable<string> Faults() => [$"'{Name}' is only the record of a custom loss in a saved model; put the loss itself into the objective."];

    /// <summary>Not supported: the code is not in the model.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Tensor Compute(LossContext context) => throw new NotSupportedException(Faults().Single());
}
