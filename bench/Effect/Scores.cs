using System.Diagnostics;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Effect;

/// <summary>How well the clusters of the held-out rows match the classes, in one run.</summary>
/// <param name="Ami">Adjusted mutual information, normalised by the larger entropy.</param>
/// <param name="Accuracy">Hungarian accuracy.</param>
/// <param name="AmiWithin">AMI of clusters found within each group, where the coarse label of the rows to cluster is known.</param>
/// <param name="GroupAccuracy">The share of held-out rows whose group is predicted correctly; null without a classifier.</param>
/// <param name="Seconds">The time of training, without KMeans.</param>
public sealed record Scores(double Ami, double Accuracy, double AmiWithin, double? GroupAccuracy, double Seconds)
{
    public static Scores Of(DataSet data, Method method, int seed)
    {
        var ml = new MLContext(seed);
        IDataView train = data.TrainView(ml), test = data.TestView(ml);
        var clock = Stopwatch.StartNew();
        ITransformer model = method.Create(ml, data, seed)!.Fit(train);
        double seconds = clock.Elapsed.TotalSeconds;
        IDataView trained = model.Transform(train), tested = model.Transform(test);
        double? accuracy = tested.Schema.GetColumnOrNull("PredictedGroup") is { } predicted
            ? tested.GetColumn<uint>(predicted).Zip(data.Test)
                .Count(pair => pair.First == pair.Second.Group + 1) / (double)data.Test.Length
            : null;
        return Of(ml, data, trained, tested, seed, accuracy, seconds);
    }

    /// <summary>Fits KMeans, the best of 20 restarts, to the training rows and scores it on the held-out ones.</summary>
    public static Scores Of(MLContext ml, DataSet data, IDataView train, IDataView test, int seed, double? groupAccuracy, double seconds)
    {
        train = ml.Data.Cache(train, Method.Clustered, "Group");
        var all = ml.Clustering.Trainers.KMeansRestarts(new KMeansRestartsOptions
        {
            FeatureColumnName = Method.Clustered, NumberOfClusters = data.Classes, Restarts = 20, Seed = seed,
        }).Fit(train);
        ClusteringQuality quality = ml.Clustering.EvaluateAgainstLabels(all.Transform(test));
        var within = ml.Clustering.Trainers.KMeansWithin(Method.Clustered, "Group", ClustersPerClass.ByShare(data.Classes)).Fit(train);
        ClusteringQuality qualityWithin = ml.Clustering.EvaluateAgainstLabels(within.Transform(test));
        return new(quality.AdjustedMutualInformationMax, quality.HungarianAccuracy, qualityWithin.AdjustedMutualInformationMax,
            groupAccuracy, seconds);
    }
}
