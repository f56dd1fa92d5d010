using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public class DisentangleAutoencoderTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static readonly DisentangleAutoencoderOptions Options = new()
    {
        Network = Network.MlpAutoencoder(hidden: [16], embedding: 5),
        Objective = Objective.Reconstruction(ReconstructionError.MeanSquared) + Objective.SoftNearestNeighbor(weight: 1),
        ReconstructionColumnName = "Reconstruction",
        Epochs = 3,
        BatchSize = 32,
        LearningRate = 0.01f,
        Seed = 1,
    };

    private static readonly DisentangleAutoencoderOptions Unsupervised =
        Options with { Objective = Objective.Reconstruction(ReconstructionError.MeanSquared) };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Makes_the_features_again(bool labelled)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create()), test = _ml.Data.LoadFromEnumerable(Samples.Create(seed: 2));
        DisentangleAutoencoderOptions options = (labelled ? Options : Unsupervised) with { Epochs = 60 };
        IDataView scored = _ml.Transforms.DisentangleAutoencoder("Code", "Features", labelled ? "Flag" : null, options).Fit(data)
            .Transform(test);

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 5), scored.Schema["Code"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, Sample.Width), scored.Schema["Reconstruction"].Type);
        float[][] features = test.Column<float[]>("Features"), made = scored.Column<float[]>("Reconstruction");
        float[] mean = [.. Enumerable.Range(0, Sample.Width).Select(j => features.Average(row => row[j]))];
        double error = features.Zip(made).Average(pair => SquaredDistance(pair.First, pair.Second));
        double variance = features.Average(row => SquaredDistance(row, mean));
        Assert.True(error < 0.6 * variance, $"The mean squared error is {error}, the variance {variance}.");
    }

    [Fact]
    public void The_default_network_leaves_the_mean_image_within_160_steps()
    {
        IDataView digits = _ml.Data.TakeRows(_ml.Data.LoadFromIdx(
            TestData.InRepository("samples", "data", "mnist-10k-images-idx3-ubyte.gz"),
            TestData.InRepository("samples", "data", "mnist-10k-labels-idx1-ubyte.gz")), 1000);
        float[][] pixels = digits.Column<float[]>("Pixels");
        // What the mean image alone reaches: the entropy of each pixel's mean, averaged over pixels.
        double plateau = Enumerable.Range(0, pixels[0].Length).Select(j => (double)pixels.Average(row => row[j])).Average(Entropy);
        var options = new DisentangleAutoencoderOptions { Objective = Objective.Reconstruction(), Epochs = 8, BatchSize = 50, Seed = 1 };

        DisentangleAutoencoderTransformer fitted = _ml.Transforms.DisentangleAutoencoder("Code", "Pixels", options: options).Fit(digits);
        double loss = fitted.History[^1].Loss;
        Assert.Empty(fitted.Warnings);
        Assert.True(loss < 0.8 * plateau, $"The loss is {loss}, that of the mean image {plateau}.");

        static double Entropy(double p) => p is <= 0 or >= 1 ? 0 : -p * Math.Log(p) - (1 - p) * Math.Log(1 - p);
    }

    [Fact]
    public void A_reconstruction_learned_by_cross_entropy_lies_between_0_and_1()
    {
        Sample[] samples = Samples.Create();
        foreach (Sample sample in samples)
            sample.Features = [.. sample.Features.Select(value => value / 4)];
        IDataView data = _ml.Data.LoadFromEnumerable(samples);
        DisentangleAutoencoderOptions options = Options with { Objective = Objective.Reconstruction() };
        ITransformer model = _ml.Transforms.DisentangleAutoencoder("Code", "Features", options: options).Fit(data);
        float[][] made = model.Transform(data).Column<float[]>("Reconstruction");

        Assert.All(made, row => Assert.All(row, value => Assert.InRange(value, 0.01f, 0.99f)));
        Assert.Equal(made, _ml.SaveAndLoad(model, data).Transform(data).Column<float[]>("Reconstruction"));
    }

    [Fact]
    public void Features_a_rounding_error_outside_0_to_1_count_as_0_and_1()
    {
        float[][] Codes(float outside)
        {
            Sample[] samples = Samples.Create();
            foreach (Sample sample in samples)
                sample.Features = [.. sample.Features.Select((value, j) => j == 0 ? 1 + outside : j == 1 ? -outside : value / 4)];
            IDataView data = _ml.Data.LoadFromEnumerable(samples);
            DisentangleAutoencoderTransformer fitted = _ml.Transforms.DisentangleAutoencoder("Code", "Features", options: Options with
            {
                Objective = Objective.Reconstruction(),
            }).Fit(data);
            Assert.Equal(ReconstructionError.BinaryCrossEntropy, Error(fitted));
            return fitted.Transform(data).Column<float[]>("Code");
        }
        float[][] within = Codes(0), outside = Codes(1e-4f);
        Assert.All(within.SelectMany(row => row).Zip(outside.SelectMany(row => row)),
            values => Assert.Equal(values.First, values.Second, 0.01));
        Codes(1.1920929e-7f);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Features_outside_0_to_1_are_compared_by_squared_error_and_the_log_says_so(bool cached)
    {
        var log = new List<string>();
        _ml.Log += (_, message) => log.Add(message.Message);
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        IDataView standardised = _ml.Transforms.NormalizeMeanVariance("Features", fixZero: false).Fit(data).Transform(data);
        DisentangleAutoencoderTransformer fitted = _ml.Transforms.DisentangleAutoencoder("Code", "Features", options: Options with
        {
            Objective = Objective.Reconstruction(), CacheInMemory = cached,
        }).Fit(standardised);

        Assert.Equal(ReconstructionError.MeanSquared, Error(fitted));
        Assert.Contains(log, line => line.Contains("the reconstruction error is MeanSquared"));
        Assert.Contains(fitted.Transform(standardised).Column<float[]>("Reconstruction"), row => row.Min() < 0);
    }

    [Fact]
    public void Defaults_need_no_labels_whatever_else_is_set()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create(rows: 40));
        // Without options it would train the default network for 1,000 steps.
        Assert.NotNull(_ml.Transforms.DisentangleAutoencoder("Code", "Features"));
        DisentangleAutoencoderOptions plain = new() { Epochs = 1 };
        foreach (DisentangleAutoencoderOptions options in new[] { plain, plain with { Network = Options.Network } })
        {
            Assert.Equal(["reconstruction"], Trained(null, options));
            Assert.Equal(["reconstruction", "soft nearest neighbour"], Trained("Flag", options));
        }

        string[] Trained(string? label, DisentangleAutoencoderOptions options) =>
            [.. _ml.Transforms.DisentangleAutoencoder("Code", "Features", label, options)
            .Fit(data).Options.Objective.Terms.Select(term => term.Loss.Name)];
    }

    [Fact]
    public void Few_labels_draw_their_classes_together()
    {
        Sample[] samples = Samples.Create();
        for (int i = 16; i < samples.Length; i++)
            samples[i].Group = "";
        IDataView keys = _ml.Transforms.SelectColumns("Group").Fit(Load(samples[..16])).Transform(Load(samples[..16]));
        DisentangleAutoencoderOptions options = Options with { Epochs = 30, Sampling = BatchSampling.TwoOfEachClass };
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Group", keyData: keys)
            .Append(_ml.Transforms.DisentangleAutoencoder("Code", "Features", "Group", options));
        TransformerChain<DisentangleAutoencoderTransformer> model = pipeline.Fit(Load(samples));

        Assert.All(model.LastTransformer.History, epoch => Assert.True(epoch.Terms["soft nearest neighbour"] > 0));
        IDataView test = Load(Samples.Create(seed: 2));
        var unsupervised = _ml.Transforms.DisentangleAutoencoder("Code", "Features", options: Unsupervised with { Epochs = 30 })
            .Fit(Load(samples));
        double with = Separation(model.Transform(test)), without = Separation(unsupervised.Transform(test));
        Assert.True(with > without, $"With labels the classes are apart by {with}, without by {without}.");

        IDataView Load(Sample[] rows) => _ml.Data.LoadFromEnumerable(rows);
        // By how much the mean cosine of codes of one class is above that of different ones.
        static double Separation(IDataView scored)
        {
            float[][] codes = scored.Column<float[]>("Code");
            bool[] flags = scored.Column<bool>("Flag");
            var pairs = Enumerable.Range(0, 100).SelectMany(i => Enumerable.Range(0, i)
                .Select(j => (Same: flags[i] == flags[j], Cosine: Cosine(codes[i], codes[j])))).ToArray();
            return pairs.Where(pair => pair.Same).Average(pair => pair.Cosine) - pairs.Where(pair => !pair.Same)
                .Average(pair => pair.Cosine);
        }
    }

    private static ReconstructionError Error(DisentangleAutoencoderTransformer fitted) =>
        fitted.Options.Objective.Terms.Select(term => term.Loss).OfType<ReconstructionLoss>().Single().Error;

    public static TheoryData<string> Networks => ["mlp", "cnn", "without labels", "key"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_loaded_model_gives_the_same_bits_and_settings(string name)
    {
        Sample[] samples = Samples.Create(rows: 300);
        IDataView data = _ml.Data.LoadFromEnumerable(samples);
        DisentangleAutoencoderOptions options = name switch
        {
            "cnn" => Options with { Network = Network.CnnAutoencoder(new ImageSize(4, 3),
                [new(5, Pool: 2, PoolPadding: Tensors.Padding.Same)], [6], 5) },
            "without labels" => Unsupervised,
            _ => Options,
        };
        string? label = name switch { "without labels" => null, "key" => "Group", _ => "Flag" };
        var estimator = _ml.Transforms.DisentangleAutoencoder("Embedding", "Features", label, options);
        ITransformer model = name == "key" ? _ml.Transforms.Conversion.MapValueToKey("Group").Append(estimator).Fit(data)
            : estimator.Fit(data);
        ITransformer loaded = _ml.SaveAndLoad(model, data);
        DisentangleModel opened = DisentangleModel.Open(loaded);

        float[][] codes = model.Transform(data).Column<float[]>("Embedding"), made = model.Transform(data)
            .Column<float[]>("Reconstruction");
        foreach (ITransformer candidate in new[] { loaded, opened.Transformer })
        {
            Assert.Equal(codes, candidate.Transform(data).Column<float[]>("Embedding"));
            Assert.Equal(made, candidate.Transform(data).Column<float[]>("Reconstruction"));
            using var engine = _ml.Model.CreatePredictionEngine<Sample, Made>(candidate, data.Schema);
            for (int i = 0; i < 20; i++)
            {
                Made prediction = engine.Predict(samples[i]);
                Assert.Equal(codes[i], prediction.Embedding);
                Assert.Equal(made[i], prediction.Reconstruction);
            }
        }
        var typed = Assert.IsType<DisentangleAutoencoderTransformer>(Assert.Single(opened.Encoders));
        Assert.Equal(options.Objective.Terms, typed.Options.Objective.Terms);
        Assert.Equal(options with { Objective = typed.Options.Objective }, typed.Options);
        Assert.Equal(3, typed.History.Count);
    }

    [Fact]
    public void Sequences_are_encoded_and_saved()
    {
        var random = new Random(1);
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(_ => new Sequence
        {
            Steps = [.. Enumerable.Range(0, 2 * random.Next(1, 8)).Select(_ => random.NextSingle())],
        }).ToArray());
        DisentangleAutoencoderOptions options =
            Unsupervised with { Network = Network.GruAutoencoder(2, 6, 4), ReconstructionColumnName = null };
        ITransformer model = _ml.Transforms.DisentangleAutoencoder("Code", "Steps", options: options).Fit(data);
        Assert.Equal(model.Transform(data).Column<float[]>("Code"), _ml.SaveAndLoad(model, data).Transform(data).Column<float[]>("Code"));
    }

    [Fact]
    public void KMeans_takes_the_code_in_one_pipeline()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        var model = _ml.Transforms.DisentangleAutoencoder("Code", "Features", "Flag", Options)
            .Append(_ml.Clustering.Trainers.KMeans("Code", numberOfClusters: 4)).Fit(data);
        Assert.Equal(model.Transform(data).Column<uint>("PredictedLabel"), _ml.SaveAndLoad(model, data).Transform(data)
            .Column<uint>("PredictedLabel"));
    }

    [Fact]
    public void One_class_is_enough_where_the_objective_needs_no_labels()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create().Where(sample => sample.Flag));
        Assert.Equal(3, _ml.Transforms.DisentangleAutoencoder("Code", "Features", "Flag", Unsupervised).Fit(data).History.Count);
        Assert.Throws<InvalidDataException>(() => _ml.Transforms.DisentangleAutoencoder("Code", "Features", "Flag", Options).Fit(data));
    }

    [Fact]
    public void Options_are_checked_all_at_once()
    {
        var options = new DisentangleAutoencoderOptions
        {
            Network = Network.Gru(2, 0, 4),
            ReconstructionColumnName = "Reconstruction",
            LengthColumnName = " ",
            Objective = Objective.Reconstruction() + Objective.SoftNearestNeighbor(weight: -1, temperature: Temperature.Fixed(0)),
            Optimizer = new() { WeightDecay = -1 },
            EarlyStopping = new(),
        };
        string message =
            Assert.Throws<ArgumentException>(() => _ml.Transforms.DisentangleAutoencoder("Code", "Features", "Flag", options)).Message;
        foreach (string part in new[]
        {
            "Network.Hidden is 0", "Network is a GruNetwork, not an autoencoder", "reconstruction has no fixed size",
                "LengthColumnName is empty",
            "weight of soft nearest neighbour is -1", "temperature is 0", "Optimizer.WeightDecay is -1",
                "EarlyStopping needs validation rows",
        })
        {
            Assert.Contains(part, message);
        }
        Assert.Contains("needs labels; name a label column",
            Assert.Throws<ArgumentException>(() => _ml.Transforms.DisentangleAutoencoder("Code", "Features", options: Options)).Message);
    }

    [Fact]
    public void A_reconstruction_too_wide_to_be_saved_is_refused_before_training()
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Sequence));
        schema["Steps"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 40_000);
        IDataView data = _ml.Data.LoadFromEnumerable([new Sequence { Steps = new float[40_000] }], schema);
        Assert.Contains("at most 32767", Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Transforms.DisentangleAutoencoder("Code", "Steps", options: Unsupervised).Fit(data)).Message);
    }

    private static double SquaredDistance(float[] left, float[] right) =>
        left.Zip(right).Sum(pair => Math.Pow(pair.First - pair.Second, 2));

    private static double Cosine(float[] left, float[] right) =>
        left.Zip(right).Sum(pair => pair.First * pair.Second)
        / Math.Max(1e-12, Math.Sqrt(left.Sum(value => value * value) * right.Sum(value => value * value)));

    private sealed class Made
    {
        public float[] Embedding { get; set; } = [];
        public float[] Reconstruction { get; set; } = [];
    }

    private sealed class Sequence
    {
        public float[] Steps { get; set; } = [];
    }
}
