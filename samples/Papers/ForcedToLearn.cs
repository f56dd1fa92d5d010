using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Spectre.Console;

namespace Papers;

/// <summary>Coarse labels only: does the embedding still tell the ten digits apart?</summary>
internal static class ForcedToLearn
{
    private static readonly (string Name, Objective Objective)[] Objectives =
    [
        ("cross-entropy", Objective.CrossEntropy()),
        ("+ DeCov", Objective.CrossEntropy() + Objective.DeCov(weight: 0.1f)),
        ("+ XCov", Objective.CrossEntropy() + Objective.XCov(weight: 1)),
        ("+ row margin", Objective.CrossEntropy() + Objective.RowMargin(weight: 0.01f, margin: 5)),
        ("+ sample margin", Objective.CrossEntropy() + Objective.SampleMargin(weight: 1, margin: 0.5f)),
    ];

    public static void Run(Digits digits, int epochs, int seeds)
    {
        var report = new Report(
            $"0-4 against 5-9, MLP 256-32, {digits.Train.Length} rows, {epochs} epochs, {seeds} seeds; clusters of {digits.Test.Length} test rows");
        foreach (var (name, objective) in Objectives)
        {
            for (int seed = 1; seed <= seeds; seed++)
            {
                var ml = new MLContext(seed);
                (IDataView train, IDataView test) = digits.As(ml, (digit, _) => digit.Label < 5 ? "0-4" : "5-9");
                var options = new DisentangleEncoderOptions { Objective = objective, Epochs = epochs, Seed = seed, PredictedLabelColumnName = "Predicted" };
                var model = ml.Transforms.DisentangleEncoder("Embedding", "Pixels", "Told", options).Fit(train);
                IDataView encoded = model.Transform(test);
                report.Add(name, "group accuracy", Accuracy.Of(encoded, "Told", "Predicted"));
                var evaluation = ml.Clustering.EvaluateOverClusterCounts(encoded, "Label", "Embedding", [9, 10, 11], numberOfRestarts: 5, seed);
                foreach (RestartEvaluation clusters in evaluation.Evaluations)
                    report.Add(name, $"AMI, k = {clusters.NumberOfClusters}", clusters.LeastInertia.Quality.AdjustedMutualInformationMax);
                AnsiConsole.WriteLine($"{name}, seed {seed} done");
            }
        }
        report.Print();
    }
}
