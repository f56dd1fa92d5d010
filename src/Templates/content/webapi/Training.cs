using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace DisentangleWebApi;

internal static class Training
{
    /// <summary>Trains on a CSV file and saves the model. A service that runs picks it up without a restart.</summary>
    public static void Run(string csv, string model)
    {
        var ml = new MLContext(seed: 1);
        IDataView customers = ml.Data.LoadFromTextFile<Customer>(csv, separatorChar: ',', hasHeader: true);
        var pipeline = ml.Transforms.Categorical.OneHotEncoding("CountryVector", "Country")
            .Append(ml.Transforms.Concatenate("Features", "Age", "Income", "Visits", "Basket", "Returns", "CountryVector"))
            .Append(ml.Transforms.DisentangleEncoder("Embedding", "Features", labelColumnName: "Churned"))
            .Append(ml.Clustering.Trainers.KMeansRestarts("Embedding", numberOfClusters: 6));
        DisentangleModel.Save(ml, pipeline.Fit(customers), customers.Schema, model);
        Console.WriteLine($"Saved {model}.");
    }
}
