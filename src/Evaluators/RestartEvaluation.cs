namespace Disentangle.ML.Evaluators;

/// <summary>KMeans runs with the same number of clusters and different seeds.</summary>
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

    /// <summary>The number of clusters.</summary>
    public int NumberOfClusters { get; }

    /// <summary>The runs in the order of their seeds; at least one.</summary>
    public IReadOnlyList<KMeansRun> Runs { get; }

    /// <summary>The run to keep: the one with the least inertia, chosen without labels.</summary>
    public KMeansRun LeastInertia { get; }

    /// <summary>
    /// The mean, standard deviation and best value over the runs by score name, for the scores every run has. The best value is chosen by
    /// the labels, so it shows what the embedding could achieve, not what a user without labels would get.
    /// </summary>
    public IReadOnlyDictionary<string, ScoreSummary> Summaries { get; }

    /// <summary>A table of the scores of the kept run with mean, standard deviation and best value.</summary>
    public override string ToString()
    {
        var table = new TextTable(["score", "least inertia", "mean", "deviation", "best"]);
        foreach ((string name, ScoreSummary summary) in Summaries)
        {
            double kept = ClusteringScore.Named(name).Value(LeastInertia.Quality)!.Value;
            table.Add([name, TextTable.Real(kept), TextTable.Real(summary.Mean), TextTable.Real(summary.StandardDeviation),
                TextTable.Real(summary.Best)]);
        }
        return $"{NumberOfClusters} clusters, {Runs.Count} runs of KMeans{Environment.NewLine}{table}";
    }
}
