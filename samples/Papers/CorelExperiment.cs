using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Spectre.Console;

namespace Papers;

/// <summary>All labels: how much of the classifier's accuracy remains when KMeans clusters the embedding?</summary>
internal sealed class CorelExperiment
{
    /// <summary>The experiment with all its settings but the number of seeds and λ.</summary>
    public required string Description { get; init; }

    /// <summary>The settings of every loss; with validation rows if λ is to be chosen.</summary>
    public required DisentangleEncoderOptions Options { get; init; }

    /// <summary>Makes the training and test rows for a context.</summary>
    public required Func<MLContext, (IDataView Train, IDataView Test)> Load { get; init; }

    public required string FeatureColumn { get; init; }

    public required string LabelColumn { get; init; }

    public required int Classes { get; init; }

    /// <summary>The paper's λ for these data and this network.</summary>
    public required TunedLambda[] Paper { get; init; }

    /// <summary>The first part of the titles of pictures.</summary>
    public required string PictureTitle { get; init; }

    /// <summary>
    /// Scores the classifiers and the clusters of their embeddings. With a tuning, first prints the accuracy on validation rows for each λ
    /// (figure 2 of the paper) and the chosen ones (table 1).
    /// </summary>
    /// <param name="addUntrained">Adds what needs no training.</param>
    /// <param name="tuning">How to choose λ; null to take the paper's.</param>
    /// <param name="seeds">The number of runs of each method.</param>
    /// <param name="results">Where finished runs are kept.</param>
    /// <param name="pictures">Where pictures of the test rows' embeddings go.</param>
    public void Run(Action<Report> addUntrained, Tuning? tuning, int seeds, ResultsFile results, PictureFolder pictures)
    {
        Dictionary<string, float> lambdas = tuning is null
            ? Paper.ToDictionary(tuned => tuned.Loss, tuned => tuned.Lambda)
            : Choose(tuning, results);
        var report = new Report(Description, seeds, results);
        addUntrained(report);
        foreach (CorelLoss loss in CorelLoss.All)
        {
            float lambda = lambdas.GetValueOrDefault(loss.Name);
            string title = $"{PictureTitle}, {loss.Name}";
            report.Add(Name(loss, lambda), seed =>
            {
                var ml = new MLContext(seed);
                (IDataView train, IDataView test) = Load(ml);
                IDataView encoded = ml.Data.Cache(
                    Fit(ml, train, loss, lambda, seed).Transform(test), "Embedding", LabelColumn, "Predicted");
                pictures.Draw(ml, encoded, "Embedding", LabelColumn, title, seed);
                return
                [
                    new($"{loss.Name}, classifier", "accuracy", Accuracy.Of(encoded, LabelColumn, "Predicted")),
                    .. LatentClusters.Of(loss.Name, ml, encoded, LabelColumn, Classes, seed, loss.ByAngle),
                ];
            }, seed => pictures.PathOf(title, seed));
        }
        report.Print(compareWith: "CCE, k-means");
    }

    private Dictionary<string, float> Choose(Tuning tuning, ResultsFile results)
    {
        var report = new Report($"Accuracy on validation rows by λ: {Description}", tuning.Seeds, results);
        foreach (CorelLoss loss in CorelLoss.All.Where(loss => loss.HasLambda))
        {
            foreach (float lambda in tuning.Lambdas)
            {
                report.Add(Name(loss, lambda), seed => [new(Name(lambda), loss.Name, ValidationAccuracy(loss, lambda, seed))]);
            }
        }
        foreach (TunedLambda tuned in Paper)
            report.AddPublished(Name(tuned.Lambda), (tuned.Loss, tuned.ValidationAccuracy));
        IReadOnlyList<Score> scores = report.Print();

        (string Loss, float Lambda, double Accuracy)[] best =
        [
            .. scores.GroupBy(score => score.Column).Select(loss => tuning.Lambdas
                .Select(lambda => (loss.Key, lambda, loss.Where(score => score.Row == Name(lambda)).Average(score => score.Value)))
                .MaxBy(tried => tried.Item3)),
        ];
        const string lambdaColumn = "λ", accuracyColumn = "validation accuracy";
        new ScoreTable(
            best.SelectMany(loss => (Score[])[new(loss.Loss, lambdaColumn, loss.Lambda), new(loss.Loss, accuracyColumn, loss.Accuracy)]),
            [.. Paper.SelectMany(tuned => (Score[])
                [new(tuned.Loss, lambdaColumn, tuned.Lambda), new(tuned.Loss, accuracyColumn, tuned.ValidationAccuracy)])])
            .Print("Chosen λ");
        return best.ToDictionary(loss => loss.Loss, loss => loss.Lambda);
    }

    /// <summary>That of the best epoch; 0 where training diverges, which is no reason to give up the other values of λ.</summary>
    private double ValidationAccuracy(CorelLoss loss, float lambda, int seed)
    {
        var ml = new MLContext(seed);
        try
        {
            DisentangleEncoderTransformer model = Fit(ml, Load(ml).Train, loss, lambda, seed);
            return model.History[model.BestEpoch - 1].Validation!.Accuracy!.Value;
        }
        catch (NonFiniteLossException e)
        {
            AnsiConsole.WriteLine($"{Name(loss, lambda)}, seed {seed} counts as 0: {e.Message}");
            return 0;
        }
    }

    private DisentangleEncoderTransformer Fit(MLContext ml, IDataView train, CorelLoss loss, float lambda, int seed)
    {
        string name = Name(loss, lambda);
        DisentangleEncoderOptions options = Options with
        {
            Objective = loss.Create(lambda),
            NormalizeEmbedding = false,
            BatchSize = 128,
            Seed = seed,
            PredictedLabelColumnName = "Predicted",
            Progress = progress => AnsiConsole.WriteLine($"{name}, seed {seed}, {progress}"),
        };
        return ml.Transforms.DisentangleEncoder("Embedding", FeatureColumn, LabelColumn, options).Fit(train);
    }

    private static string Name(CorelLoss loss, float lambda) => loss.HasLambda ? $"{loss.Name}, {Name(lambda)}" : loss.Name;

    private static string Name(float lambda) => $"λ = {lambda:0.00##}";
}
