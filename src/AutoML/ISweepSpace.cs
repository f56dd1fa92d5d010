using Disentangle.ML.Transforms;

namespace Disentangle.ML.AutoML;

/// <summary>
/// What a sweep tries out. A class of your own is a search space when its properties carry ML.NET's attributes (<c>Range</c>, <c>Choice</c>,
/// <c>BooleanChoice</c>, <c>NestOption</c> of <c>Microsoft.ML.SearchSpace</c>) and this interface turns an instance into the options of an encoder.
/// </summary>
/// <typeparam name="TOptions">
/// <see cref="DisentangleEncoderOptions"/> or <see cref="DisentangleAutoencoderOptions"/>.
/// </typeparam>
/// <example><code>
/// public sealed class WidthSpace : ISweepSpace&lt;DisentangleEncoderOptions&gt;
/// {
///     [Choice(16, 32, 64)] public int Embedding { get; set; }
///     [Range(0.0001f, 0.01f, 0.001f, true)] public float LearningRate { get; set; }
///
///     public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) =>
///         options with { Network = Network.Mlp([256], Embedding), LearningRate = LearningRate };
/// }
/// </code></example>
public interface ISweepSpace<TOptions>
    where TOptions : EncodingOptions
{
    /// <summary>The options of a trial.</summary>
    /// <param name="options">Those the sweep was given, the same for every trial.</param>
    TOptions Apply(TOptions options);

    /// <summary>The number of clusters of a trial, where it is swept as well. Default null: that of the sweep.</summary>
    int? NumberOfClusters => null;
}
