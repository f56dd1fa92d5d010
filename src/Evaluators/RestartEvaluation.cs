namespace Disentangle.ML.Evaluators;

/// <summary>One run of KMeans.</summary>
/// <param name="Seed">The seed of its MLContext.</param>
/// <param name="Inertia">The sum of squared distances to the nearest centroid over the rows it was fitted to, in double precision.</param>
/// <param name="Quality">The scores against labels.</param>
public sealed record KMeansRun(int Seed, double Inertia, ClusteringQuality Quality);

/// <summary>Runs of KMeans with one number of clusters and different seeds.</summary>
public sealed class RestartEvaluation
{
    internal RestartEvaluation(int numberOfClusters, IReadOnlyList<KMeansRun> runs)
    {
        (NumberOfClusters, Runs) = (numberOfClusters, runs);
        LeastInertia = runs.MinBy(run => run.Inertia)!;
        Summaries = ClusteringScore.All.Where(score => runs.All(run => score.Value(run.Quality) is not null)).ToDictionary(
            score => score.Name,
            score => ScoreSummary.Of([.. runs.Select(run => score.Value(run.Quality)!.Value)], score.MoreIsBetter));
    }

    /// <summary>The number of clusters asked for.</summary>
    public int NumberOfClusters { get; }

    /// <summary>The runs, in the order of their seeds; at least one.</summary>
    public IReadOnlyList<KMeansRun> Runs { get; }

    /// <summary>The run to keep: the one with the least inertia, chosen without looking at the labels.</summary>
    public KMeansRun LeastInertia { get; }

    /// <summary>
    /// Mean, standard deviation and best over the runs, by the name of the score, of those that every run has. The best is chosen by the labels: it says what the embedding could give, not
    /// what a user without labels would get.
    /// </summary>
    public IReadOnlyDictionary<string, ScoreSummary> Summaries { get; }

    /// <summary>The scores of the kept run beside mean, standard deviation and best, as a table.</summary>
    public override string ToString()
    {
        var table = new TextTable(["score", "least inertia", "mean", "deviation", "best"]);
        foreach ((string name, ScoreSummary summary) in Summaries)
        {
            double kept = ClusteringScore.Named(name).Value(LeastInertia.Quality)!.Value;
            table.Add([name, TextTable.Real(kept), TextTable.Real(summary.Mean), TextTable.Real(summary.StandardDeviation), TextTable.Real(summary.Best)]);
        }
        return $"{NumberOfClusters} clusters, {Runs.Count} runs of KMeans{Environment.NewLine}{table}";
    }
}

/// <summary>Runs of KMeans for several numbers of clusters.</summary>
public sealed class ClusterCountEvaluation
{
    internal ClusterCountEvaluation(IReadOnlyList<RestartEvaluation> evaluations) => Evaluations = evaluations;

    internal ClusterCountEvaluation(ClusterCountChoice choice) => (Evaluations, Choice) = ([], choice);

    /// <summary>One evaluation for each number of clusters, in the order asked for; empty without labels.</summary>
    public IReadOnlyList<RestartEvaluation> Evaluations { get; }

    /// <summary>The curve over the numbers of clusters without labels; null with labels.</summary>
    public ClusterCountChoice? Choice { get; }

    /// <summary>
    /// The scores of the kept run for each number of clusters, as a table; without labels the table of <see cref="Choice"/>.
    /// </summary>
    public override string ToString()
    {
        if (Choice is not null)
            return Choice.ToString();
        var table = new TextTable(["least inertia of the runs", .. Evaluations.Select(evaluation => $"k = {evaluation.NumberOfClusters}")]);
        foreach (string name in Evaluations[0].Summaries.Keys)
        {
            Func<ClusteringQuality, double?> value = ClusteringScore.Named(name).Value;
            table.Add([name, .. Evaluations.Select(evaluation => TextTable.Real(value(evaluation.LeastInertia.Quality)))]);
        }
        return table.ToString();
    }
}
