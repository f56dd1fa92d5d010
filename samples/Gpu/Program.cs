using Disentangle.ML.Tensors;
using Disentangle.ML.TorchSharp;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;
using Quickstart;
using ClusteringMetrics = Disentangle.ML.Evaluators.ClusteringMetrics;

// The same encoder trained by the managed engine and by libtorch: how fast, and whether the two find the same clusters.
var ml = new MLContext(seed: 0);
ml.Log += (_, entry) =>
{
    if (entry.RawMessage.StartsWith("Training on libtorch", StringComparison.Ordinal))
        Console.WriteLine(entry.RawMessage);
};
Digits digits = Digits.Load(ml).WithKeys(ml);
(string Name, Device Device)[] devices = [("managed", Device.Managed), ("libtorch", TorchDevice.Auto)];
int[][] clusters = [.. devices.Select(device => Cluster(device.Name, device.Device))];
Console.WriteLine($"AMI between the two: {ClusteringMetrics.AdjustedMutualInformation(clusters[0], clusters[1]):F3}");

int[] Cluster(string name, Device device)
{
    const int Epochs = 20;
    var options = new DisentangleEncoderOptions { Epochs = Epochs, Seed = 1, Device = device };
    double seconds = 0;
    options = options with { Progress = epoch => seconds = epoch.Elapsed.TotalSeconds };
    ITransformer model = ml.Transforms.DisentangleEncoder("Embedding", "Pixels", labelColumnName: "Group", options)
        .Append(ml.Clustering.Trainers.KMeansRestarts("Embedding", numberOfClusters: 10)).Fit(digits.Train);
    Console.WriteLine($"{name}: {Epochs * digits.TrainRows / seconds:N0} rows per second in training");
    return [.. model.Transform(digits.Test).GetColumn<uint>("PredictedLabel").Select(cluster => (int)cluster)];
}
