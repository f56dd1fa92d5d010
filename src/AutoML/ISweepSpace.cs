using Disentangle.ML.Transforms;

namespace Disentangle.ML.AutoML;

/// <summary>
/// A search space of a sweep. Properties with ML.NET's attributes (<c>Range</c>, <c>Choice</c>, <c>BooleanChoice</c>, <c>NestOption</c> of
/// <c>Microsoft.ML.SearchSpace</c>) define the space, and <see cref="Apply"/> turns an instance into the options of an encoder.
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
    where TOptions : EncoderOptions
{
    /// <summary>Creates the options of a trial.</summary>
    /// <param name="options">The options of the sweep, the same for every trial.</param>
    TOptions Apply(TOptions options);

    /// <summary>The number of clusters of a trial, if it is swept too. Default null: that of the sweep.</summary>
    int? NumberOfClusters => null;
}
