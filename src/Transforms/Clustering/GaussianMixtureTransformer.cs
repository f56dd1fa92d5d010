using System.Text.Json.Nodes;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The transformer fitted by <see cref="GaussianMixtureTrainer"/>. Adds <c>PredictedLabel</c>, a key of UInt32 with the most probable
/// component counted from 1; <c>Score</c>, a vector of Single with the posterior probability of each component; and, if requested, the
/// log-density.
/// </summary>
public sealed class GaussianMixtureTransformer : FeatureTransformer
{
    internal const string Kind = "GaussianMixture";

    internal GaussianMixtureTransformer(GaussianMixtureOptions options, GaussianMixture mixture)
        : base(new FeatureInput(options.FeatureColumnName, Length: null, new InputShape(mixture.Dimension, IsSequence: false)),
            [.. Added(options)])
    {
        Options = options;
        Mixture = mixture;
    }

    /// <summary>The settings of the fit.</summary>
    public GaussianMixtureOptions Options { get; }

    /// <summary>The mixture: its weights, means and covariances, log-likelihood, BIC and AIC.</summary>
    public GaussianMixture Mixture { get; }

    internal override RowSession Open(int capacity, int threads)
    {
        var scorer = new MixtureScorer(Mixture.Density);
        return new RowSession(this, capacity, rows => Score(scorer, rows));
    }

    internal override SavedModel Save()
    {
        MixtureDensity density = Mixture.Density;
        var header = new JsonObject
        {
            ["options"] = ModelJson.Write(Options),
            ["history"] = ModelJson.Write(Mixture.History),
            ["converged"] = Mixture.Converged,
            ["rowCount"] = Mixture.RowCount,
        };
        return new SavedModel(Kind, header,
        [
            SavedArray.Of("weights", [density.ComponentCount], density.Weights),
            SavedArray.Of("means", [density.ComponentCount, density.Dimension], density.Means),
            SavedArray.Of("covariances", [density.Covariances.Length], density.Covariances),
        ]);
    }

    internal static GaussianMixtureTransformer Read(SavedModel saved)
    {
        var options = saved.Setting<GaussianMixtureOptions>("options");
        options.Validate();
        int components = options.NumberOfComponents;
        if (saved.Arrays.Count < 2 || saved.Arrays[1].Shape is not [_, >= 1 and var dimension])
            throw new InvalidDataException("The model is damaged: it has no means.");
        (MixtureDensity? density, int singular) = MixtureDensity.Create(options.CovarianceType, dimension,
            saved.Doubles(0, "weights", components), saved.Doubles(1, "means", (long)components * dimension),
            saved.Doubles(2, "covariances", MixtureDensity.CovarianceLength(options.CovarianceType, components, dimension)));
        if (density is null)
            throw new InvalidDataException($"The model is damaged: the covariance of component {singular} is invalid.");
        var mixture = new GaussianMixture(density, saved.Setting<double[]>("history"), saved.Setting<bool>("converged"),
            saved.Setting<double>("rowCount"));
        return new GaussianMixtureTransformer(options, mixture);
    }

    private static IEnumerable<FeatureOutput> Added(GaussianMixtureOptions options)
    {
        yield return FeatureOutput.Class(GaussianMixtureTrainer.PredictedLabelColumnName, ClassLabels.Numbers(options.NumberOfComponents));
        yield return FeatureOutput.Vector(GaussianMixtureTrainer.ScoreColumnName, options.NumberOfComponents);
        if (options.LogDensityColumnName is not null)
            yield return FeatureOutput.Number(options.LogDensityColumnName);
    }

    private void Score(MixtureScorer scorer, RowSession rows)
    {
        int dimension = Mixture.Dimension, components = Mixture.NumberOfComponents;
        scorer.Clear();
        for (int row = 0; row < rows.Batch.Count; row++)
            scorer.Add(rows.Batch.Values.Slice(row * dimension, dimension));
        scorer.Run();

        Span<float> scores = rows.Vectors(GaussianMixtureTrainer.ScoreColumnName);
        Span<float> logDensities = rows.Vectors(Options.LogDensityColumnName);
        for (int row = 0; row < rows.Batch.Count; row++)
        {
            for (int k = 0; k < components; k++)
                scores[row * components + k] = (float)scorer.Posterior(k, row);
            if (!logDensities.IsEmpty)
                logDensities[row] = (float)scorer.LogDensity(row);
        }
        rows.SetClasses(scores);
    }
}
