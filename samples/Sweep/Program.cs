using System.Diagnostics;
using System.Globalization;
using Disentangle.ML.AutoML;
using Disentangle.ML.Sweeps;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Quickstart;
using Sweep;

// Which weight and which margin? The digits are labelled only 0-4 or 5-9; the trial whose ten clusters match them best wins.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Trials = 20;
var whole = Stopwatch.StartNew();
var ml = new MLContext(seed: 1);
var digits = Digits.Load(ml);
// Half of the held-out digits choose the trial, the other half measure how good it is.
DataOperationsCatalog.TrainTestData heldOut = ml.Data.TrainTestSplit(digits.Test, testFraction: 0.5, seed: 1);
(IDataView validation, IDataView test) = (heldOut.TrainSet, heldOut.TestSet);

AutoMLExperiment experiment = ml.Auto()
    .SweepDisentangleEncoder<RowMarginSpace>(
        digits.Train, validation, featureColumnName: "Pixels", labelColumnName: "Group",
        SweepMetric.AdjustedMutualInformation("Label", EntropyMean.Max), clusters: 10,
        new DisentangleEncoderOptions { Network = Network.Mlp(hidden: [256], embedding: 32), BatchSize = 128, Epochs = 5 },
        settings: new SweepSettings { Featurizer = ml.Transforms.Conversion.MapValueToKey("Group"), KMeansRestarts = 3 })
    .SetMaxModelToExplore(Trials)
    .SetRandomSearchTuner(seed: 1)
    .SetMonitor(new ConsoleMonitor(Trials));
var best = (SweepTrialResult<DisentangleEncoderOptions>)experiment.Run();

Console.WriteLine();
Console.WriteLine(best.History);
Console.WriteLine($"Best: trial {best.Trial.Trial}, {best.Options!.Objective}");
ClusteringQuality quality = ml.Clustering.EvaluateAgainstLabels(best.Model.Transform(test), "Label");
Console.WriteLine($"On digits not used to choose it: AMI (max) {quality.AdjustedMutualInformationMax:F4}, "
    + $"Hungarian accuracy {quality.HungarianAccuracy:F4}");
File.WriteAllText("sweep.json", best.History.ToJson(indented: true));

// Saves the best pipeline and loads it in a new context, without registration.
DisentangleModel.Save(ml, best.Model, digits.Schema, "sweep.zip");
ITransformer loaded = new MLContext().Model.Load("sweep.zip", out _);
int differing = Clusters(best.Model).Zip(Clusters(loaded)).Count(pair => pair.First != pair.Second);
Console.WriteLine(differing == 0
    ? "Saved to sweep.zip and loaded: all test digits are in the same clusters. The history is in sweep.json."
    : $"{differing} test digits are in a different cluster after loading.");
Console.WriteLine($"Total time: {whole.Elapsed.TotalSeconds:F0} s.");
return differing == 0 ? 0 : 1;

uint[] Clusters(ITransformer model)
{
    IDataView clustered = model.Transform(test);
    return [.. clustered.GetColumn<uint>(clustered.Schema["PredictedLabel"])];
}
