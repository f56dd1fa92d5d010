using System.Globalization;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Spectre.Console;

namespace Papers;

/// <summary>Which of many settings finds the ten digits, if chosen without using the digits?</summary>
internal static class Choosing
{
    private const int Clusters = 10;
    private const int Restarts = 5;
    private const string Raw = "raw features";

    /// <summary>The candidate scores, and how to read each.</summary>
    private static readonly (string Name, Func<Outcome, int, double?> Value)[] Criteria =
    [
        ("kappa x purity", (o, seed) => o.WithoutLabels.Clusterings[seed].KappaWithinTimesPurity),
        ("kappa within", (o, seed) => o.WithoutLabels.Clusterings[seed].NeighborKappaWithin),
        ("kappa", (o, seed) => o.WithoutLabels.Clusterings[seed].NeighborKappa),
        ("stab. x purity", (o, seed) => o.WithoutLabels.Clusterings[seed].StabilityTimesPurity),
        ("stab. x kappa", (o, seed) => o.WithoutLabels.Clusterings[seed].StabilityTimesKappa),
        ("stability", (o, seed) => o.WithoutLabels.Clusterings[seed].Stability),
        ("purity", (o, seed) => o.WithoutLabels.Clusterings[seed].CoarsePurity),
        ("silhouette", (o, seed) => o.WithLabels[seed].Silhouette),
        ("Calinski-H.", (o, seed) => o.WithLabels[seed].CalinskiHarabasz),
    ];

    public static void Run(string data, Example[] train, Example[] test, int epochs, int seeds)
    {
        var outcomes = new List<Outcome>();
        foreach (Setting setting in Pool(epochs))
        {
            outcomes.Add(Try(setting, train, test, seeds));
            AnsiConsole.WriteLine($"{setting.Name} done");
        }
        string how = $"trained on {train.Length} rows labelled 0-4 or 5-9, {epochs} epochs, {seeds} seeds; "
            + $"{test.Length} test rows clustered";
        Print($"{data}: {how}", outcomes);
    }

    private static IEnumerable<Setting> Pool(int epochs)
    {
        yield return new(Raw, (ml, _) => ml.Transforms.CopyColumns("Embedding", "Features"));
        Objective label = Objective.CrossEntropy();
        foreach ((int hidden, int embedding) in new[] { (256, 32), (64, 8), (256, 8), (512, 128) })
        {
            string network = (hidden, embedding) == (256, 32) ? "" : $", {hidden}-{embedding}";
            yield return Classifier($"cross-entropy{network}", label);
            foreach (float weight in network.Length == 0 ? new[] { 0.01f, 0.1f, 0.3f, 1, 3 } : [0.3f])
                yield return Classifier($"+ row margin {weight}{network}", label + Objective.RowMargin(weight));
            foreach (float weight in network.Length == 0 ? new[] { 0.1f, 0.3f, 1, 3 } : [1])
                yield return Classifier($"+ sample margin {weight}{network}", label + Objective.SampleMargin(weight));
            if (network.Length > 0)
                continue;
            yield return Classifier("+ DeCov 0.1", label + Objective.DeCov(0.1f));
            yield return Classifier("+ DeCov 1", label + Objective.DeCov(1));
            yield return Classifier("+ XCov 1", label + Objective.XCov(1));
            yield return Classifier("+ XCov 10", label + Objective.XCov(10));

            Setting Classifier(string name, Objective objective) => Encoder(name, hidden, embedding, objective);
        }

        foreach ((string name, Objective contrast) in new[]
        {
            ("+ neighbour contrast", Objective.NeighborContrast()),
            ("+ neighbour contrast 0.3", Objective.NeighborContrast(weight: 0.3f)),
            ("+ neighbour contrast, T = 0.25", Objective.NeighborContrast(temperature: 0.25f)),
            ("+ neighbour contrast, k = 5", Objective.NeighborContrast(neighbors: 5)),
        })
        {
            yield return new(name, (ml, seed) => ml.Transforms.DisentangleEncoder(
                "Embedding", "Features", "High",
                new DisentangleEncoderOptions { Objective = label + contrast, Epochs = epochs, Seed = seed }));
        }

        Setting Encoder(string name, int hidden, int embedding, Objective objective) =>
            new(name, (ml, seed) => ml.Transforms.DisentangleEncoder("Embedding", "Features", "High", new DisentangleEncoderOptions
            {
                Network = Network.Mlp([hidden], embedding),
                Objective = objective,
                BatchSize = 128,
                Epochs = epochs,
                Seed = seed,
            }));
    }

    private static Outcome Try(Setting setting, Example[] train, Example[] test, int seeds)
    {
        var (clusterings, qualities) = (new List<IDataView>(), new List<ClusteringQuality>());
        for (int seed = 1; seed <= seeds; seed++)
        {
            var ml = new MLContext(seed);
            ITransformer model = setting.Encoder(ml, seed).Fit(Example.View(ml, train));
            IDataView encoded = ml.Data.Cache(model.Transform(Example.View(ml, train)), "Embedding");
            IDataView clustered = ml.Data.Cache(KMeans(encoded, seed).Transform(model.Transform(Example.View(ml, test))));
            clusterings.Add(clustered);
            qualities.Add(ml.Clustering.EvaluateAgainstLabels(clustered, "Label", featureColumnName: "Embedding"));
        }
        return new(setting.Name, new MLContext().Clustering.EvaluateWithoutLabels(clusterings, "High", "Features"), qualities);
    }

    /// <summary>The KMeans run with the lowest inertia.</summary>
    private static ITransformer KMeans(IDataView encoded, int seed) => Enumerable.Range(seed, Restarts).Select(restart =>
    {
        var options = new KMeansTrainer.Options { FeatureColumnName = "Embedding", NumberOfClusters = Clusters, NumberOfThreads = 1 };
        ITransformer model = new MLContext(restart).Clustering.Trainers.KMeans(options).Fit(encoded);
        IDataView clustered = model.Transform(encoded);
        return (Model: model, Inertia: clustered.GetColumn<float[]>(clustered.Schema["Score"]).Sum(distances => (double)distances.Min()));
    }).MinBy(run => run.Inertia).Model;

    private static void Print(string title, List<Outcome> outcomes)
    {
        // The raw features are shown for comparison only; they are not a setting to choose.
        Outcome[] trained = [.. outcomes.Where(outcome => outcome.Name != Raw)];
        double best = trained.Max(outcome => outcome.Truth);
        Table table = new Table().Title(title).AddColumn(new TableColumn("") { NoWrap = true }).AddColumn(Right("AMI"));
        foreach ((string name, _) in Criteria)
            table.AddColumn(Right(name));
        foreach (Outcome outcome in outcomes.OrderByDescending(outcome => outcome.Truth))
            table.AddRow([outcome.Name, Number(outcome.Truth), .. Criteria.Select(criterion => Number(outcome.Mean(criterion.Value)))]);
        table.AddEmptyRow();
        AddRow("rank correlation with the AMI", "", value =>
            Number(RankCorrelation([.. trained.Select(outcome => outcome.Truth)], [.. trained.Select(outcome => outcome.Mean(value))])));
        AddRow("AMI of its pick", Number(best), value => Number(trained.MaxBy(outcome => outcome.Mean(value))!.Truth));
        AddRow("as a share of the best", "", value => $"{trained.MaxBy(outcome => outcome.Mean(value))!.Truth / best:P0}");
        // The average pick of a sweep with one seed. Stability itself needs several seeds.
        AddRow("the same, one seed", "", value => $"{Enumerable.Range(0, trained[0].WithLabels.Count).Average(seed =>
            trained.MaxBy(outcome => value(outcome, seed))!.Truth) / best:P0}");
        AnsiConsole.Write(table);

        static TableColumn Right(string name) => new(name) { Alignment = Justify.Right };

        void AddRow(string name, string ami, Func<Func<Outcome, int, double?>, string> cell) =>
            table.AddRow([name, ami, .. Criteria.Select(criterion => cell(criterion.Value))]);
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) < 10 ? "F3" : "F0", CultureInfo.InvariantCulture);

    /// <summary>Spearman's rank correlation; ties have mean ranks.</summary>
    private static double RankCorrelation(double[] x, double[] y)
    {
        double[] a = Ranks(x), b = Ranks(y);
        double mean = a.Average();
        double covariance = a.Zip(b).Sum(pair => (pair.First - mean) * (pair.Second - mean));
        return covariance / Math.Sqrt(a.Sum(rank => (rank - mean) * (rank - mean)) * b.Sum(rank => (rank - mean) * (rank - mean)));

        static double[] Ranks(double[] values) =>
            [.. values.Select(value => values.Count(other => other < value) + (values.Count(other => other == value) + 1) / 2.0)];
    }

    /// <summary>Creates, for a seed, an estimator that adds the column Embedding.</summary>
    private sealed record Setting(string Name, Func<MLContext, int, IEstimator<ITransformer>> Encoder);

    /// <summary>The results of a setting over the seeds.</summary>
    private sealed record Outcome(string Name, UnsupervisedEvaluation WithoutLabels, IReadOnlyList<ClusteringQuality> WithLabels)
    {
        /// <summary>The AMI (max) with the ten digits, which is not used for choosing.</summary>
        public double Truth => WithLabels.Average(quality => quality.AdjustedMutualInformationMax);

        /// <summary>The mean of a score over the seeds; a clustering without it counts as 0.</summary>
        public double Mean(Func<Outcome, int, double?> score) =>
            Enumerable.Range(0, WithLabels.Count).Average(seed => score(this, seed) ?? 0);
    }
}
