using System.Globalization;
using System.Numerics.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

// Trains with a custom loss (RingLoss.cs) added to a built-in one, and shows its effect on the embeddings of real digits.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int TrainRows = 8000;
var ml = new MLContext(seed: 1);
string folder = Path.Combine(AppContext.BaseDirectory, "data");
IDataView digits = ml.Data.LoadFromIdx(
    Path.Combine(folder, "mnist-10k-images-idx3-ubyte.gz"), Path.Combine(folder, "mnist-10k-labels-idx1-ubyte.gz"));
digits = ml.Transforms.Conversion.MapValueToKey("Digit", "Label").Fit(digits).Transform(digits);
IDataView train = ml.Data.TakeRows(digits, TrainRows), test = ml.Data.SkipRows(digits, TrainRows);

Objective crossEntropy = Objective.CrossEntropy();
foreach (Objective objective in new[] { crossEntropy, crossEntropy + 0.1f * new Objective(new RingLoss { Radius = 10 }) })
{
    var options = new DisentangleEncoderOptions
    {
        Network = Network.Mlp([256], 32),
        Objective = objective,
        Epochs = 10,
        Seed = 1,
        Progress = progress => Console.WriteLine(progress),
    };
    Console.WriteLine(objective);
    IDataView encoded = ml.Transforms.DisentangleEncoder("Embedding", "Pixels", "Digit", options).Fit(train).Transform(test);
    float[] lengths = [.. encoded.GetColumn<float[]>("Embedding").Select(embedding => TensorPrimitives.Norm<float>(embedding))];
    IDataView clustered = ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 10).Fit(encoded).Transform(encoded);
    Console.WriteLine($"  length of held-out embeddings {lengths.Average():F2} ± {TensorPrimitives.StdDev<float>(lengths):F2}; "
        + $"Hungarian accuracy of ten clusters {ml.Clustering.EvaluateAgainstLabels(clustered, "Label").HungarianAccuracy:P1}");
}
