using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static System.FormattableString;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Fits a Gaussian mixture. Like KMeans, the fitted transformer adds the columns <c>PredictedLabel</c>, a key with the most probable
/// component, and <c>Score</c>, here the posterior probabilities of the components.
/// </summary>
public sealed class GaussianMixtureTrainer : IEstimator<GaussianMixtureTransformer>
{
    internal const string PredictedLabelColumnName = "PredictedLabel";
    internal const string ScoreColumnName = "Score";

    private readonly IHost _host;
    private readonly GaussianMixtureOptions _options;

    /// <summary>Creates a trainer; <c>ml.Clustering.Trainers.GaussianMixture</c> is the usual way to create one.</summary>
    /// <param name="environment">The MLContext. Its seed is used when the options set none.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message lists all that are.</exception>
    public GaussianMixtureTrainer(IHostEnvironment environment, GaussianMixtureOptions options)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _host = environment.Register(nameof(GaussianMixtureTrainer));
    }

    internal static class Defaults
    {
        public const string FeatureColumnName = "Features";
        public const int NumberOfComponents = 5;
    }

    /// <summary>Returns the schema that the fitted transformer produces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Schemas.RequireFeatures(inputSchema, _options.FeatureColumnName, stepSize: null);
        if (_options.ExampleWeightColumnName is { } name)
        {
            SchemaShape.Column weight = Schemas.Column(inputSchema, name, "weight");
            if (weight.Kind != SchemaShape.Column.VectorKind.Scalar || weight.IsKey || weight.ItemType != NumberDataViewType.Single)
                throw WrongWeight(name, $"{weight.Kind} of {weight.ItemType}");
        }
        return OutputShape.Append(inputSchema, [ScoreColumnName], PredictedLabelColumnName, typeof(uint), _options.LogDensityColumnName);
    }

    /// <summary>Fits the mixture.</summary>
    /// <param name="input">The rows, read once.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">
    /// A feature is NaN or infinite; a weight is NaN, infinite or negative; there are fewer distinct rows than components; or a covariance
    /// is singular.
    /// </exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public GaussianMixtureTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _host.Start("Training");
        WeightedPoints rows = Read(input);
        GaussianMixture mixture = ExpectationMaximization.Fit(rows, _options, _host.Rand.Next());
        string end = mixture.Converged ? "converged" : "not converged";
        channel.Info(MessageSensitivity.None, Invariant(
            $"{rows.Count} rows of {rows.Dimension} features, {mixture.NumberOfComponents} components: ")
            + Invariant($"{end} after {mixture.Iterations} iterations, ")
            + Invariant($"log-likelihood {mixture.LogLikelihood:0.#####} per row, BIC {mixture.Bic:0.#}."));
        double largest = rows.Variances().Max();
        if (largest > 0 && largest < _options.Regularization)
        {
            channel.Warning(MessageSensitivity.None, Invariant(
                $"The largest variance of a feature in column '{_options.FeatureColumnName}' is {largest:G3}, less than Regularization, ")
                + Invariant($"which is {_options.Regularization}; the components hardly depend on the rows. ")
                + "Scale the features, for example by NormalizeMeanVariance, or lower Regularization.");
        }
        return new GaussianMixtureTransformer(_options, mixture);
    }

    private WeightedPoints Read(IDataView input)
    {
        FeatureColumns features = FeatureColumns.Find(input.Schema, _options.FeatureColumnName, length: null, stepSize: null);
        DataViewSchema.Column? weight = null;
        if (_options.ExampleWeightColumnName is { } name)
        {
            weight = Schemas.Column(input.Schema, name, "weight");
            if (weight.Value.Type != NumberDataViewType.Single)
                throw WrongWeight(name, weight.Value.Type.ToString()!);
        }
        var rows = new WeightedPoints(features.InputSize(stepSize: null));
        using DataViewRowCursor cursor = input.GetRowCursor(weight is null ? features.All : features.All.Append(weight.Value).Distinct());
        var reader = new FeatureReader(cursor, features, new InputShape(rows.Dimension, IsSequence: false));
        ValueGetter<float>? weights = weight is null ? null : cursor.GetGetter<float>(weight.Value);
        float value = 1;
        while (cursor.MoveNext())
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            weights?.Invoke(ref value);
            rows.Add(reader.Read(), value);
        }
        return rows;
    }

    private static ArgumentOutOfRangeException WrongWeight(string name, string actual) =>
        Schemas.WrongType(name, "weight", actual, "a Single");
}
