// Trains, saves, loads and predicts; PublishTests publishes it trimmed and as a single file.
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var random = new Random(1);
Row[] rows = [.. Enumerable.Range(0, 200).Select(i => new Row
{
    Group = i % 4 < 2 ? "low" : "high",
    Features = [.. Enumerable.Range(0, 12).Select(j => (j % 4 == i % 4 ? 2 : 0) + random.NextSingle())],
})];
IDataView data = ml.Data.LoadFromEnumerable(rows);
string folder = Directory.CreateTempSubdirectory("disentangle-published-").FullName;
var options = new DisentangleEncoderOptions
{
    Network = Network.Mlp([16], 5),
    Objective = Objective.CrossEntropy() + Objective.RowMargin() + Objective.SoftNearestNeighbor(),
    Schedule = new LearningRateSchedule { Decay = LearningRateDecay.Cosine },
    PredictedLabelColumnName = "PredictedGroup",
    CheckpointPath = Path.Combine(folder, "checkpoint"),
    Epochs = 5,
};
try
{
    ITransformer model = ml.Transforms.Conversion.MapValueToKey("Group")
        .Append(ml.Transforms.DisentangleEncoder("Embedding", "Features", labelColumnName: "Group", options))
        .Append(ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 4)).Fit(data);
    string path = Path.Combine(folder, "model.zip");
    DisentangleModel.Save(ml, model, data.Schema, path);

    ITransformer loaded = new MLContext().Model.Load(path, out _);
    DisentangleModel opened = DisentangleModel.Open(loaded);
    uint[] expected = Clusters(model), stock = Clusters(loaded), typed = Clusters(opened.Transformer);
    Console.WriteLine(expected.SequenceEqual(stock) && expected.SequenceEqual(typed) && expected.Distinct().Count() == 4
        && opened.Encoders[0].History.Count == options.Epochs
        ? "the loaded model predicts the same"
        : "the loaded model predicts something else");
}
finally
{
    Directory.Delete(folder, recursive: true);
}

uint[] Clusters(ITransformer transformer)
{
    IDataView clustered = transformer.Transform(data);
    return [.. clustered.GetColumn<uint>(clustered.Schema["PredictedLabel"])];
}

public sealed class Row
{
    public string Group { get; set; } = "";

    [VectorType(12)]
    public float[] Features { get; set; } = [];
}
