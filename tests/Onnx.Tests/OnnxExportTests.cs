using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Onnx.Tests;

/// <summary>Every kind of step, run by ONNX Runtime beside the pipeline that it was exported from.</summary>
public sealed class OnnxExportTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _data;

    public OnnxExportTests() => _data = _ml.Data.LoadFromEnumerable(Row.Create());

    private static readonly DisentangleEncoderOptions Options = new()
    {
        Network = Network.Mlp(hidden: [16], embedding: 5),
        Epochs = 2,
        BatchSize = 32,
        Seed = 1,
        ScoreColumnName = "Probabilities",
        PredictedLabelColumnName = "PredictedGroup",
    };

    private static readonly DisentangleAutoencoderOptions CodeOptions = new()
    {
        Network = Network.MlpAutoencoder([10], 4),
        Objective = Objective.Reconstruction(),
        Epochs = 2,
        Seed = 1,
        ReconstructionColumnName = "Reconstruction",
    };

    private static readonly ImageSize Image = new(Row.Side, Row.Side);

    private static readonly Dictionary<string, DisentangleEncoderOptions> Encoders = new()
    {
        ["normalised embedding, neighbour contrast"] =
            Options with { Objective = Objective.CrossEntropy() + Objective.NeighborContrast(neighbors: 3) },
        ["as given"] = Options with { Objective = Objective.CrossEntropy(), Scaling = FeatureScaling.AsGiven },
        ["common scale"] = Options with { Objective = Objective.CrossEntropy(), Scaling = FeatureScaling.Common },
        ["standardised"] = Options with { Objective = Objective.CrossEntropy(), Scaling = FeatureScaling.Standardized },
        ["min max"] = Options with { Objective = Objective.CrossEntropy(), Scaling = FeatureScaling.MinMax },
        ["principal components"] = Options with { Objective = Objective.CrossEntropy(), Scaling = FeatureScaling.PrincipalComponents(6) },
        ["cosine similarity"] = Options with { Objective = Objective.CosineCorel() },
        ["gaussian similarity, learned gamma"] = Options with { Objective = Objective.GaussianCorel(learnGamma: true) },
        ["leaky, tanh"] = Options with
        {
            Objective = Objective.CrossEntropy(),
            Network =
                new MlpNetwork { Hidden = [8, 7], Embedding = 5, Activation = Activation.LeakyReLU, EmbeddingActivation = Activation.Tanh },
        },
    };

    public static TheoryData<string> EncoderNames => [.. Encoders.Keys];

    [Theory]
    [MemberData(nameof(EncoderNames))]
    public void An_encoder_with_scores_and_prediction(string name) => Check(Grouped(Encoders[name]));

    [Theory]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(21)]
    public void A_whole_pipeline_with_stock_steps_before_and_behind(int opset)
    {
        ITransformer model = Check(
            _ml.Transforms.Conversion.MapValueToKey("Key", "Group")
                .Append(_ml.Transforms.NormalizeMinMax("Scaled", "Features"))
                .Append(_ml.Transforms.Concatenate("All", "Scaled", "Number"))
                .AppendCacheCheckpoint(_ml)
                .Append(_ml.Transforms.DisentangleEncoder("Embedding", "All", "Key", Options))
                .Append(_ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 4)),
            new OnnxExportOptions
            {
                OpsetVersion = opset,
                OutputColumns = ["Scaled", "Embedding", "Probabilities", "PredictedGroup", "PredictedLabel", "Score"],
            });
        using var exported =
            new ExportedFile(_ml, model, _data, new OnnxExportOptions { OutputColumns = ["PredictedLabel", "PredictedGroup"] });
        Assert.Equal(["Features", "Number"], exported.Inputs.Order());
        Assert.Equal(["PredictedLabel", "PredictedGroup"], exported.Outputs);
        Assert.Equal(typeof(long), exported.ElementType("PredictedLabel"));
        Assert.Equal("""["a","b","c"]""", exported.Metadata["PredictedGroup.KeyValues"]);
    }

    [Fact]
    public void A_label_that_only_training_reads_is_no_input()
    {
        using var exported = new ExportedFile(_ml, Grouped(Options).Fit(_data), _data);
        Assert.Equal(["Features"], exported.Inputs);
        Assert.Equal(["Embedding", "Probabilities", "PredictedGroup"], exported.Outputs);
        Assert.Equal("""["a","b","c"]""", exported.Metadata["Probabilities.SlotNames"]);
    }

    [Fact]
    public void Columns_written_over_their_input() => Check(
        _ml.Transforms.Conversion.MapValueToKey("Group").Append(_ml.Transforms.NormalizeMeanVariance("Features"))
            .Append(_ml.Transforms.DisentangleEncoder("Embedding", "Features", "Group", Options)),
        new OnnxExportOptions { OutputColumns = ["Group", "Features", "Embedding"] }, 2e-5);

    [Fact]
    public void Two_classes_as_a_flag() => Check(_ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Options));

    [Fact]
    public void Classes_without_rows()
    {
        var keys = _ml.Data.LoadFromEnumerable(new[] { new { Group = "x" }, new { Group = "c" }, new { Group = "a" }, new { Group = "y" },
            new { Group = "b" } });
        Check(_ml.Transforms.Conversion.MapValueToKey("Group", keyData: keys)
            .Append(_ml.Transforms.DisentangleEncoder("Embedding", "Features", "Group", Options)));
    }

    [Theory]
    [InlineData(Padding.Same, Padding.Same, 3, 4)]
    [InlineData(Padding.Same, Padding.Valid, 2, 2)]
    [InlineData(Padding.Valid, Padding.Same, 2, 3)]
    public void A_convolutional_network(Padding padding, Padding poolPadding, int kernel, int pool) => Check(Grouped(Options with
    {
        Network = Network.Cnn(Image, [new(4, kernel, pool, padding, poolPadding), new(3)], [7], 5),
    }, "Image"));

    [Theory]
    [InlineData("Steps", null)]
    [InlineData("Padded", "Length")]
    [InlineData("Padded", null)]
    public void A_gru_on_sequences(string input, string? length) => Check(Grouped(Options with
    {
        Network = Network.Gru(Row.StepSize, 6, 4), LengthColumnName = length,
    }, input));

    [Theory]
    [InlineData("Steps", null)]
    [InlineData("Padded", "Length")]
    [InlineData("Padded", null)]
    public void A_text_network_on_word_vectors(string input, string? length) => Check(Grouped(Options with
    {
        Network = Network.TextCnn(Row.StepSize, 4) with { Filters = 5, Hidden = [6] }, LengthColumnName = length,
            Scaling = FeatureScaling.Standardized,
    }, input));

    [Fact]
    public void A_text_network_on_word_numbers() => Check(Grouped(Options with
    {
        Network = Network.TextCnn(wordSize: 6, embedding: 4, vocabularySize: Row.Vocabulary) with { Filters = 5 },
        Scaling = FeatureScaling.AsGiven,
        Objective = Objective.CrossEntropy(),
    }, "Words"));

    [Fact]
    public void Names_the_input_for_the_lengths()
    {
        ITransformer model = Grouped(Options with { Network = Network.Gru(Row.StepSize, 6, 4) }, "Steps").Fit(_data);
        using var exported = new ExportedFile(_ml, model, _data);
        Assert.Equal(["Steps", "Steps.Length"], exported.Inputs.Order());
    }

    [Theory]
    [InlineData(ReconstructionError.MeanSquared)]
    [InlineData(ReconstructionError.BinaryCrossEntropy)]
    public void An_autoencoder_with_its_reconstruction(ReconstructionError error) => Check(_ml.Transforms.DisentangleAutoencoder(
        "Code", "Image", options: CodeOptions with { Objective = Objective.Reconstruction(error) }));

    [Fact]
    public void A_scaled_autoencoder() => Check(_ml.Transforms.DisentangleAutoencoder(
        "Code", "Features", options: CodeOptions with { Scaling = FeatureScaling.Standardized }));

    [Fact]
    public void A_convolutional_autoencoder() => Check(_ml.Transforms.DisentangleAutoencoder("Code", "Image", options: CodeOptions with
    {
        Network = Network.CnnAutoencoder(Image, [new(4, Pool: 2), new(3, Pool: 2, PoolPadding: Padding.Same)], [8], 4),
    }));

    [Fact]
    public void The_code_of_a_recurrent_autoencoder() =>
        Check(_ml.Transforms.DisentangleAutoencoder("Code", "Steps", options: CodeOptions with
    {
        Network = Network.GruAutoencoder(Row.StepSize, 6, 4), ReconstructionColumnName = null,
    }));

    [Fact]
    public void Both_sides_of_joint_autoencoders()
    {
        var options = new JointAutoencoderOptions
        {
            Primary = new() { Image = Image, Convolutions = [new(6, Pool: 2)], Style = 3, Content = 5 },
            Auxiliary = new() { Image = new(4, 4), Convolutions = [new(5, Pool: 2)], Style = 2, Content = 5 },
            AuxiliaryInputColumnName = "SmallImage",
            ClassifierHidden = [16],
            Epochs = 2,
            Seed = 1,
            StyleColumnName = "Style",
            ScoreColumnName = "Probabilities",
            PredictedLabelColumnName = "PredictedGroup",
            ReconstructionColumnName = "Reconstruction",
        };
        IDataView keyed = _ml.Transforms.Conversion.MapValueToKey("Group").Fit(_data).Transform(_data);
        JointAutoencoderTransformer model = _ml.Transforms.JointAutoencoder("Content", "Image", "Group", keyed, options).Fit(keyed);
        foreach (JointAutoencoderTransformer side in new[] { model, model.Auxiliary })
        {
            using var exported = new ExportedFile(_ml, side, keyed);
            Assert.Equal([side.InputColumnName], exported.Inputs);
            Assert.Equal(5, exported.Outputs.Count());
            exported.AssertSame(side, keyed, _ml);
        }
    }

    [Theory]
    [InlineData(CovarianceType.Full)]
    [InlineData(CovarianceType.Tied)]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    public void A_mixture_with_posteriors(CovarianceType type) => Check(_ml.Clustering.Trainers.GaussianMixture(new GaussianMixtureOptions
    {
        FeatureColumnName = "Features", NumberOfComponents = 3, CovarianceType = type, LogDensityColumnName = "LogDensity", Seed = 1,
    }));

    [Theory]
    [InlineData("Group")]
    [InlineData("Flag")]
    public void Clusters_within_classes(string label)
    {
        IEstimator<ITransformer> trainer = _ml.Clustering.Trainers.KMeansWithin("Features", label, clustersPerClass: 2);
        Check(label == "Flag" ? trainer : _ml.Transforms.Conversion.MapValueToKey("Group").Append(trainer));
    }

    [Fact]
    public void Clusters_within_a_class_that_is_a_key_already_and_may_be_missing()
    {
        var keys = _ml.Data.LoadFromEnumerable(new[] { new { Group = "a" }, new { Group = "b" }, new { Group = "none" } });
        IDataView keyed = _ml.Transforms.Conversion.MapValueToKey("Group", keyData: keys).Fit(_data).Transform(_data);
        ITransformer model = _ml.Clustering.Trainers.KMeansWithin("Features", "Group", clustersPerClass: 2).Fit(keyed);
        using var exported = new ExportedFile(_ml, model, keyed);
        Assert.Equal(typeof(long), exported.ElementType("Group"));
        exported.AssertSame(model, keyed, _ml);
    }

    [Theory]
    [InlineData(5, 17)]
    [InlineData(15, 21)]
    [InlineData(1000, 17)]
    public void A_map(int neighbors, int opset)
    {
        IDataView learned = _ml.Data.TakeRows(_data, 80);
        ITransformer model =
            _ml.Transforms.ProjectTo2D("Map", "Features", new() { Neighbors = neighbors, Epochs = 100, Seed = 1 }).Fit(learned);
        using var exported = new ExportedFile(_ml, model, _data, new() { OpsetVersion = opset });
        exported.AssertSame(model, _data, _ml, tolerance: 1e-4);
    }

    [Fact]
    public void A_loaded_pipeline()
    {
        ITransformer model = Grouped(Options).Append(_ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 3)).Fit(_data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, _data.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = _ml.Model.Load(stream, out DataViewSchema schema);
        using var exported = new ExportedFile(_ml, loaded, _data);
        Assert.Equal(["Embedding", "Probabilities", "PredictedGroup", "PredictedLabel", "Score"], exported.Outputs);
        exported.AssertSame(model, _data, _ml);
    }

    [Fact]
    public void A_pipeline_of_stock_steps_only() => Check(
        _ml.Transforms.NormalizeMeanVariance("Scaled", "Features")
        .Append(_ml.Transforms.ProjectToPrincipalComponents("Components", "Scaled", rank: 3))
            .Append(_ml.Transforms.DropColumns("Scaled"))
                .Append(_ml.Clustering.Trainers.KMeans("Components", numberOfClusters: 3)), tolerance: 2e-5);

    [Fact]
    public void ML_NET_takes_the_file_back()
    {
        ITransformer model = Grouped(Options).Append(_ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 3)).Fit(_data);
        using var exported = new ExportedFile(_ml, model, _data);
        IDataView applied = _ml.Transforms.ApplyOnnxModel(["Embedding", "PredictedLabel"], ["Features"], exported.Path).Fit(_data)
            .Transform(_data);
        float[][] expected = [.. model.Transform(_data).GetColumn<float[]>("Embedding")],
            actual = [.. applied.GetColumn<float[]>("Embedding")];
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual),
            pair => Assert.All(pair.First.Zip(pair.Second), values => Assert.Equal(values.First, values.Second, 1e-4f)));
        Assert.Equal(model.Transform(_data).GetColumn<uint>("PredictedLabel").Select(value => (long)value),
            applied.GetColumn<long[]>("PredictedLabel").Select(value => value[0]));
    }

    private EstimatorChain<DisentangleEncoderTransformer> Grouped(DisentangleEncoderOptions options, string input = "Features") =>
        _ml.Transforms.Conversion.MapValueToKey("Group").Append(_ml.Transforms.DisentangleEncoder("Embedding", input, "Group", options));

    private ITransformer Check(IEstimator<ITransformer> pipeline, OnnxExportOptions? options = null, double tolerance = 1e-5)
    {
        ITransformer model = pipeline.Fit(_data);
        using var exported = new ExportedFile(_ml, model, _data, options);
        exported.AssertSame(model, _data, _ml, tolerance);
        return model;
    }
}
