using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace WebApi;

/// <summary>A model of the digits that come with the samples, for the service to serve.</summary>
public static class Training
{
    public static void Run(string path)
    {
        var ml = new MLContext(seed: 1);
        string folder = Path.Combine(AppContext.BaseDirectory, "data");
        IDataView images = ml.Data.LoadFromIdx(
            Path.Combine(folder, "mnist-10k-images-idx3-ubyte.gz"), Path.Combine(folder, "mnist-10k-labels-idx1-ubyte.gz"));
        Digit[] digits = [.. ml.Data.CreateEnumerable<Digit>(images, reuseRowObject: false, ignoreMissingColumns: true)];
        foreach (Digit digit in digits)
            digit.Group = digit.Label < 5 ? "0-4" : "5-9";
        Save(ml, digits, new DisentangleEncoderOptions(), numberOfClusters: 10, path);
    }

    public static void Save(MLContext ml, Digit[] digits, DisentangleEncoderOptions options, int numberOfClusters, string path)
    {
        IDataView data = ml.Data.LoadFromEnumerable(digits);
        ITransformer model = ml.Transforms.Conversion.MapValueToKey("Group")
            .Append(ml.Transforms.DisentangleEncoder("Embedding", "Pixels", "Group", options))
            .AppendCacheCheckpoint(ml)
            .Append(ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: numberOfClusters))
            .Fit(data);
        DisentangleModel.Save(ml, model, data.Schema, path);
    }
}
