using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Papers;

/// <summary><see cref="CorelExperiment"/> for texts: an MLP on mean word vectors, or a text CNN on their sequence.</summary>
internal static class CorelText
{
    public static void Run(WordVectors vectors, FileInfo trainFile, FileInfo testFile, bool convolutional, int epochs, Tuning? tuning,
        int seeds, ResultsFile results, PictureFolder pictures)
    {
        (IDataView Train, IDataView Test) rows = Read(vectors, trainFile, testFile, convolutional);
        int classes = (int)((KeyDataViewType)rows.Train.Schema["Label"].Type).Count;
        var experiment = new CorelExperiment
        {
            Description = $"{trainFile.Name}, {classes} topics, {(convolutional ? "text CNN" : "MLP on mean word vectors")}, "
                + $"{vectors.Count} words, {Count(rows.Train)} texts, at most {epochs} epochs; {Count(rows.Test)} test texts",
            Options = new DisentangleEncoderOptions
            {
                Network = convolutional
                    ? Network.TextCnn(vectors.Dimension, 64) with { Hidden = [128], InputDropout = 0.2f }
                    : Network.Mlp([128], 64, Activation.LeakyReLU),
                Scaling = FeatureScaling.AsGiven,
                Epochs = epochs,
                ValidationFraction = 0.1,
                EarlyStopping = new EarlyStopping { Metric = ValidationMetric.Accuracy },
            },
            Load = _ => rows,
            FeatureColumn = "Features",
            LabelColumn = "Label",
            Classes = classes,
            Paper = convolutional
                ? [new(CorelLoss.Center, 0.25f, 0.809), new(CorelLoss.Cosine, 0.65f, 0.798), new(CorelLoss.Gaussian, 0.5f, 0.805)]
                : [new(CorelLoss.Center, 0.1f, 0.762), new(CorelLoss.Cosine, 0.45f, 0.77), new(CorelLoss.Gaussian, 0.5f, 0.776)],
            PictureTitle = $"{trainFile.Name}, {(convolutional ? "CNN" : "MLP")}",
        };
        (IDataView Train, IDataView Test) means = convolutional ? Read(vectors, trainFile, testFile, convolutional: false) : rows;
        experiment.Run(
            report => Untrained.Add(report, _ => means, "Features",
                (ml, encoded, name, seed) => LatentClusters.KMeans($"{name}, k-means", ml, encoded, "Label", classes, seed)),
            tuning, seeds, results, pictures);
    }

    private static (IDataView Train, IDataView Test) Read(WordVectors vectors, FileInfo trainFile, FileInfo testFile, bool convolutional)
    {
        var ml = new MLContext();
        IDataView train = Articles.Load(ml, trainFile);
        ITransformer features = ml.Transforms.Text.NormalizeWords("Words", "Text")
            .Append(convolutional
                ? ml.Transforms.Text.WordVectorSequence("Features", "Words", vectors)
                : ml.Transforms.Text.MeanWordVectors("Features", "Words", vectors))
            .Append(ml.Transforms.Conversion.MapValueToKey("Label", "Topic"))
            .Fit(train);
        return (Cached(train), Cached(Articles.Load(ml, testFile)));

        IDataView Cached(IDataView data) => ml.Data.Cache(features.Transform(data), "Features", "Label");
    }

    private static int Count(IDataView data) => data.GetColumn<uint>(data.Schema["Label"]).Count();
}
