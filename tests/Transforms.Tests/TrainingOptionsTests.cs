using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>The training options as they work through ML.NET.</summary>
public class TrainingOptionsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(true, 0, 1)]
    [InlineData(false, 0, 6)]
    [InlineData(false, 0.3, 11)]
    public void The_data_are_passed_over_once_or_in_every_epoch(bool inMemory, double fraction, int passes)
    {
        var data = new CountedView(_ml.Data.LoadFromEnumerable(Samples.Create()));
        DisentangleEncoderOptions options = Samples.AllOutputs with { Epochs = 5, CacheInMemory = inMemory, ValidationFraction = fraction };
        _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", options).Fit(data);
        Assert.Equal(passes, data.Passes);
    }

    [Fact]
    public void Streamed_data_give_a_model_that_works()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        DisentangleEncoderOptions options = Samples.AllOutputs with { Epochs = 20, CacheInMemory = false, ShufflePoolSize = 50 };
        var model = Samples.Pipeline(_ml, options).Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedText", "PredictedGroup"))
            .Fit(data);
        IDataView test = _ml.Data.LoadFromEnumerable(Samples.Create(seed: 2));

        Assert.Equal(test.Column<string>("Group"), model.Transform(test).Column<string>("PredictedText"));
        Assert.Equal(model.Transform(test).Column<float[]>("Embedding"), _ml.SaveAndLoad(model, data).Transform(test)
            .Column<float[]>("Embedding"));
    }

    [Fact]
    public void Validation_data_are_judged_in_every_epoch_and_change_no_weight()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        IDataView validation = _ml.Data.LoadFromEnumerable(Samples.Create(rows: 50, seed: 2));
        var log = new List<string>();
        _ml.Log += (_, message) => log.Add(message.Message);
        var without = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.AllOutputs).Fit(data);
        var with = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag",
            Samples.AllOutputs with { ValidationData = validation }).Fit(data);

        Assert.Equal(without.Transform(data).Column<float[]>("Embedding"), with.Transform(data).Column<float[]>("Embedding"));
        IDataView scored = with.Transform(validation);
        double accuracy = scored.Column<bool>("PredictedGroup").Zip(validation.Column<bool>("Flag"))
            .Average(pair => pair.First == pair.Second ? 1.0 : 0);
        Assert.Equal(accuracy, with.History[^1].Validation!.Accuracy!.Value, 1e-12);
        Assert.Contains(log, message => message.Contains("validation loss"));
        Assert.Equal(with.History[1].Validation!.Loss,
            DisentangleModel.Open(_ml.SaveAndLoad(with, data)).Encoders[0].History[1].Validation!.Loss);
    }

    [Fact]
    public void Early_stopping_gives_the_best_epoch_and_says_so()
    {
        var log = new List<string>();
        _ml.Log += (_, message) => log.Add(message.Message);
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        var stopping = new EarlyStopping { Patience = 2, MinimumImprovement = 1e6 };
        DisentangleEncoderOptions options = Samples.AllOutputs with { Epochs = 50, ValidationFraction = 0.3, EarlyStopping = stopping };
        var model = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", options).Fit(data);
        var opened = DisentangleModel.Open(_ml.SaveAndLoad(model, data)).Encoders[0];

        foreach (EncoderTransformer encoder in new[] { model, opened })
            Assert.Equal((StopReason.EarlyStopping, 1, 3), (encoder.StopReason, encoder.BestEpoch, encoder.History.Count));
        Assert.Contains(log, message => message.Contains("Training stopped after 3 epochs (EarlyStopping); the weights are from epoch 1."));
    }

    [Fact]
    public void A_checkpoint_goes_on_where_fitting_was_cancelled()
    {
        string folder = Directory.CreateTempSubdirectory("disentangle-").FullName;
        try
        {
            IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
            using var source = new CancellationTokenSource();
            // Without a seed in the options, and each fit draws another one.
            DisentangleEncoderOptions options = Samples.AllOutputs with { Epochs = 4, Seed = null };
            float[][] whole = Embeddings(new MLContext(seed: 5), options);
            options = options with { CheckpointPath = Path.Combine(folder, "checkpoint") };
            Embeddings(new MLContext(seed: 5),
                options with { CancellationToken = source.Token, Progress = progress => Cancel(progress.Epoch == 2) });
            Assert.Equal(whole, Embeddings(new MLContext(seed: 6), options));

            float[][] Embeddings(MLContext ml, DisentangleEncoderOptions settings) =>
                ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", settings).Fit(data).Transform(data)
                    .Column<float[]>("Embedding");
            void Cancel(bool now)
            {
                if (now)
                    source.Cancel();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Validation_data_must_fit_the_training_data()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        IDataView Keyed(IEnumerable<Sample> samples)
        {
            IDataView view = _ml.Data.LoadFromEnumerable(samples);
            return _ml.Transforms.Conversion.MapValueToKey("Group").Fit(view).Transform(view);
        }
        void Refuses(string expected, IDataView training, IDataView validation, string label)
        {
            var estimator =
                _ml.Transforms.DisentangleEncoder("Embedding", "Features", label, Samples.Options with { ValidationData = validation });
            Assert.StartsWith(expected, Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(training)).Message);
        }

        IDataView narrow = _ml.Data.LoadFromEnumerable([new Narrow()]);
        Refuses("The feature column 'Features' has 3 values in the validation data and 12 in the training data.", data, narrow, "Flag");
        Refuses("There is no feature column 'Features'. The validation data have: ", data,
            _ml.Transforms.DropColumns("Features").Fit(data).Transform(data), "Flag");
        // The same two groups met in the other order, and one of them alone.
        const string OtherClasses = "The label column 'Group' has different classes";
        Refuses(OtherClasses, Keyed(Samples.Create()), Keyed(Samples.Create().Reverse()), "Group");
        Refuses(OtherClasses, Keyed(Samples.Create()), Keyed(Samples.Create().Where(sample => !sample.Flag)), "Group");

        var broken = new Sample { Features = [.. Enumerable.Repeat(float.NaN, Sample.Width)] };
        IDataView missing = _ml.Data.LoadFromEnumerable([.. Samples.Create().Take(5), broken]);
        var fit = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options with { ValidationData = missing });
        Assert.StartsWith("Feature 0 of column 'Features' is NaN in row 5 (from 0) of the validation data.",
            Assert.Throws<InvalidDataException>(() => fit.Fit(data)).Message);
    }

    public static TheoryData<string> Corel => ["categorical", "cosine", "gaussian", "learned gamma", "center"];

    [Theory]
    [MemberData(nameof(Corel))]
    public void Corel_predicts_the_most_similar_class(string name)
    {
        Objective objective = name switch
        {
            "categorical" => Objective.CategoricalCorel(),
            "cosine" => Objective.CosineCorel(),
            "gaussian" => Objective.GaussianCorel(),
            "learned gamma" => Objective.GaussianCorel(learnGamma: true),
            _ => Objective.Center(),
        };
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        MlpNetwork network = Network.Mlp([32], 16, Tensors.Activation.LeakyReLU);
        DisentangleEncoderOptions options = Samples.AllOutputs with { Network = network, Epochs = 40, Objective = objective };
        var model = _ml.Transforms.Conversion.MapValueToKey("Key", "Blob")
            .Append(_ml.Transforms.DisentangleEncoder("Embedding", "Features", "Key", options))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedBlob", "PredictedGroup")).Fit(data);
        IDataView scored = model.Transform(data), loaded = _ml.SaveAndLoad(model, data).Transform(data);
        float[][] scores = scored.Column<float[]>("Probabilities");

        Assert.All(scores, row => Assert.Equal(1, row.Sum(), 1e-5));
        Assert.Equal(scores.Select(row => (uint)Array.IndexOf(row, row.Max()) + 1), scored.Column<uint>("PredictedGroup"));
        int right = scored.Column<int>("PredictedBlob").Zip(data.Column<int>("Blob")).Count(pair => pair.First == pair.Second);
        Assert.True(right >= 190, $"{right} of 200 are right.");
        Assert.Equal(scores, loaded.Column<float[]>("Probabilities"));
        Assert.Equal(scored.Column<int>("PredictedBlob"), loaded.Column<int>("PredictedBlob"));
    }

    [Fact]
    public void A_cnn_reads_rows_as_images_and_is_saved()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create(rows: 300));
        DisentangleEncoderOptions options =
            Samples.AllOutputs with { Network = Network.Cnn(new ImageSize(4, 3), [new(5, Pool: 2)], [8], 6) };
        ITransformer model = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", options)
            .Fit(data), loaded = _ml.SaveAndLoad(model, data);
        foreach (string column in new[] { "Embedding", "Probabilities" })
            Assert.Equal(model.Transform(data).Column<float[]>(column), loaded.Transform(data).Column<float[]>(column));

        DisentangleEncoderOptions wrongSize = options with { Network = Network.Cnn(new ImageSize(5, 3), [new(5)], [8], 6) };
        var estimator = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", wrongSize);
        Assert.Contains("3 x 5 x 1", Assert.Throws<ArgumentException>(() => estimator.Fit(data)).Message);
    }

    [Fact]
    public void Faults_of_all_kinds_are_in_one_message()
    {
        DisentangleEncoderOptions options = Samples.AllOutputs with
        {
            Objective = Objective.GaussianCorel(lambda: 2, gamma: -1) + Objective.CosineCorel() + Objective.Reconstruction(),
            EarlyStopping = new() { Patience = 0 },
            LengthColumnName = "Length",
            CacheInMemory = false,
            Sampling = BatchSampling.TwoOfEachClass,
            Schedule = new() { StepFactor = 0 },
        };
        string message =
            Assert.Throws<ArgumentException>(() => _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", options)).Message;
        foreach (string part in new[]
        {
            "Lambda of Gaussian-COREL is 2", "Gamma of Gaussian-COREL is -1",
                "Gaussian-COREL and Cosine-COREL each need a different classifier",
            "Network is not an autoencoder",
            "EarlyStopping.Patience is 0", "EarlyStopping needs validation rows", "it is only for networks that read sequences",
            "needs rows in memory", "Schedule.StepFactor is 0",
        })
        {
            Assert.Contains(part, message);
        }
    }

    private sealed class Narrow
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [1, 2, 3];
        public bool Flag { get; set; }
    }
}
