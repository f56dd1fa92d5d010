namespace Disentangle.ML.Evaluators;

/// <summary>KMeans runs for several numbers of clusters.</summary>
public sealed class ClusterCountEvaluation
{
    internal ClusterCountEvaluation(IReadOnlyList<RestartEvaluation> evaluations) => Evaluations = evaluations;

    internal ClusterCountEvaluation(ClusterCountChoice choice) => (Evaluations, Choice) = ([], choice);

    /// <summary>One evaluation per number of clusters, in the order given; empty without labels.</summary>
    public IReadOnlyList<RestartEvaluation> Evaluations { get; }

    /// <summary>The scores of the numbers of clusters without labels; null with labels.</summary>
    public ClusterCountChoice? Choice { get; }

    /// <summary>
    /// A table of the scores of the kept run for each number of clusters, or without labels the table of <see cref="Choice"/>.
    /// </summary>
    public override string ToString()
    {
        if (Choice is not null)
            return Choice.ToString();
        var table = new TextTable(["least inertia of the runs",
            .. Evaluations.Select(evaluation => $"k = {evaluation.NumberOfClusters}")]);
        foreach (string name in Evaluations[0].Summaries.Keys)
        {
            Func<ClusteringQuality, double?> value = ClusteringScore.Named(name).Value;
            table.Add([name, .. Evaluations.Select(evaluation => TextTable.Real(value(evaluation.LeastInertia.Quality)))]);
        }
        return table.ToString();
    }
}
