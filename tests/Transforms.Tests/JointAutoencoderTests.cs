using System.Globalization;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public sealed class JointAutoencoderTests
{
    private const int Width = 36;
    private const int AuxiliaryWidth = 16;
    private static readonly string[] Places = ["left", "middle", "right"];
    private readonly MLContext _ml = new(seed: 1);

    private static readonly JointAutoencoderOptions Options = new()
    {
        Primary = new() { Image = new(6, 6), Convolutions = [new(6, Pool: 2)], Style = 3, Content = 5 },
        Auxiliary = new() { Image = new(4, 4), Convolutions = [new(5, Pool: 2)], Style = 2, Content = 5 },
        ClassifierHidden = [16],
        ClassifierDropout = 0.2f,
        Epochs = 3,
        BatchSize = 24,
        LearningRate = 0.01f,
        Seed = 1,
    };

    private static readonly JointAutoencoderOptions AllOutputs = Options with
    {
        StyleColumnName = "Style", ScoreColumnName = "Probabilities", PredictedLabelColumnName = "PredictedLabel",
            ReconstructionColumnName = "Reconstruction",
    };

    private static readonly string[] Added = ["Content", "Style", "Probabilities", "PredictedLabel", "Reconstruction"];

    [Fact]
    public void Learns_the_classes_of_both_sets()
    {
        IDataView auxiliary = Keyed(_ml.Data.LoadFromEnumerable(Small(90)));
        JointAutoencoderTransformer model = Estimator(auxiliary, AllOutputs with { Epochs = 30 })
            .Fit(Keyed(_ml.Data.LoadFromEnumerable(Large(18))));
        Assert.True(Accuracy(model, Keyed(_ml.Data.LoadFromEnumerable(Large(60, seed: 8)))) > 0.9);
        Assert.True(Accuracy(model.Auxiliary, Keyed(_ml.Data.LoadFromEnumerable(Small(60, seed: 9)))) > 0.9);
        Assert.Equal(30, model.History.Count);
        Assert.Equal((JointSide.Primary, JointSide.Auxiliary), (model.Side, model.Auxiliary.Side));
        Assert.Same(model, model.Primary);
    }

    [Fact]
    public void The_columns_are_those_of_the_options()
    {
        IDataView data = Keyed(_ml.Data.LoadFromEnumerable(Large(18))), auxiliary = Keyed(_ml.Data.LoadFromEnumerable(Small(30)));
        JointAutoencoderTransformer model = Estimator(auxiliary, AllOutputs).Fit(data);
        IDataView scored = model.Transform(data), scoredAuxiliary = model.Auxiliary.Transform(auxiliary);

        int[] Sizes(IDataView view) =>
            [.. Added.Where(name => name != "PredictedLabel").Select(name => ((VectorDataViewType)view.Schema[name].Type).Size)];
        Assert.Equal([5, 3, 3, Width], Sizes(scored));
        Assert.Equal([5, 2, 3, AuxiliaryWidth], Sizes(scoredAuxiliary));
        foreach (IDataView view in new[] { scored, scoredAuxiliary })
        {
            Assert.Equal(new KeyDataViewType(typeof(uint), 3), view.Schema["PredictedLabel"].Type);
            VBuffer<ReadOnlyMemory<char>> values = default;
            view.Schema["PredictedLabel"].Annotations.GetValue("KeyValues", ref values);
            Assert.Equal(Places, values.DenseValues().Select(value => value.ToString()));
            Assert.All(view.Column<float[]>("Reconstruction"), row => Assert.All(row, value => Assert.InRange(value, 0f, 1f)));
        }

        Assert.Equal(["Content"], Estimator(auxiliary, Options).Fit(data).Transform(data).Schema.Select(column => column.Name)
            .Intersect(Added));
    }

    [Fact]
    public void Steps_after_it_find_its_columns_when_a_pipeline_is_checked()
    {
        IDataView auxiliary = Keyed(_ml.Data.LoadFromEnumerable(Small(30)));
        ITransformer model = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(Estimator(auxiliary, AllOutputs))
            .Append(_ml.Transforms.Concatenate("All", "Content", "Style", "Probabilities", "Reconstruction"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"))
            .Fit(_ml.Data.LoadFromEnumerable(Large(18)));
        IDataView scored = model.Transform(_ml.Data.LoadFromEnumerable(Large(4)));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 5 + 3 + 3 + Width), scored.Schema["All"].Type);
        Assert.All(scored.Column<string>("Predicted"), label => Assert.Contains(label, Places));

        var untyped = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(_ml.Transforms.JointAutoencoder("Content", "Flag", "Label", auxiliary, Options));
        Assert.Contains("The feature column 'Flag' is one Boolean", Assert.ThrowsAny<Exception>(() =>
            untyped.Fit(_ml.Data.LoadFromEnumerable(Large(18)))).Innermost().Message);
    }

    [Theory]
    [InlineData(JointMode.Joint, "Label")]
    [InlineData(JointMode.Joint, "Flag")]
    [InlineData(JointMode.Paired, "Label")]
    [InlineData(JointMode.Single, "Label")]
    public void A_loaded_model_gives_the_same_bits_and_opens_as_what_it_was(JointMode mode, string label)
    {
        Large[] rows = Large(40);
        IDataView data = Keyed(_ml.Data.LoadFromEnumerable(rows)), auxiliary = Keyed(_ml.Data.LoadFromEnumerable(Small(40)));
        bool joint = mode == JointMode.Joint;
        JointAutoencoderOptions options = AllOutputs with
        {
            Mode = mode, Epochs = 1, StyleColumnName = joint ? "Style" : null, ReconstructionColumnName = joint ? "Reconstruction" : null,
        };
        JointAutoencoderTransformer model = Estimator(auxiliary, options, label).Fit(data);
        string[] vectors = joint ? ["Content", "Style", "Probabilities", "Reconstruction"] : ["Content", "Probabilities"];

        Check(model, data);
        if (mode != JointMode.Single)
            Check(model.Auxiliary, auxiliary);
        else
            Assert.Contains("mode is Single", Assert.Throws<InvalidOperationException>(() => model.Auxiliary).Message);

        void Check(JointAutoencoderTransformer fitted, IDataView input)
        {
            ITransformer loaded = _ml.SaveAndLoad(fitted, input);
            DisentangleModel open = DisentangleModel.Open(loaded);
            var opened = Assert.IsType<JointAutoencoderTransformer>(Assert.Single(open.Transformers));
            foreach (ITransformer candidate in new[] { loaded, open.Transformer })
            {
                foreach (string vector in vectors)
                    Assert.Equal(fitted.Transform(input).Column<float[]>(vector), candidate.Transform(input).Column<float[]>(vector));
                Assert.Equal(Predicted(fitted.Transform(input)), Predicted(candidate.Transform(input)));
            }
            Assert.Equal(options, opened.Options);
            Assert.Equal(fitted.Side, opened.Side);
            Assert.Equal(fitted.History[0].Terms, opened.History[0].Terms);
            Assert.Equal((StopReason.Completed, 1), (opened.StopReason, opened.BestEpoch));
            Assert.Equal(("Content", "Pixels"), (opened.OutputColumnName, opened.InputColumnName));
            if (mode != JointMode.Single)
            {
                float[][] Contents(JointAutoencoderTransformer transformer) =>
                    transformer.Auxiliary.Transform(auxiliary).Column<float[]>("Content");
                Assert.Equal(Contents(fitted), Contents(opened));
            }
        }

        static string[] Predicted(IDataView view) => view.Schema["PredictedLabel"].Type is BooleanDataViewType
            ? [.. view.Column<bool>("PredictedLabel").Select(value => value.ToString())]
            : [.. view.Column<uint>("PredictedLabel").Select(value => value.ToString(CultureInfo.InvariantCulture))];
    }

    [Fact]
    public async Task A_fresh_process_that_knows_only_ML_NET_gives_the_same_bits()
    {
        Large[] rows = Large(40);
        IDataView data = Keyed(_ml.Data.LoadFromEnumerable(rows));
        JointAutoencoderOptions options = Options with { PredictedLabelColumnName = "PredictedLabel" };
        ITransformer model = _ml.Transforms.CopyColumns("Features", "Pixels")
            .Append(_ml.Transforms.JointAutoencoder("Embedding", "Features", "Label", Keyed(_ml.Data.LoadFromEnumerable(Small(40))),
                options with { AuxiliaryInputColumnName = "Pixels" })).Fit(data).LastTransformer;
        IDataView features = _ml.Transforms.CopyColumns("Features", "Pixels").Fit(data).Transform(data);
        await TransformerTesting.AssertFreshProcessAgrees(_ml, model, features, rows.Select(row => row.Pixels));
    }

    [Fact]
    public void A_prediction_engine_gives_the_same_bits_before_and_after_loading()
    {
        Large[] rows = Large(20);
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        ITransformer model = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(Estimator(Keyed(_ml.Data.LoadFromEnumerable(Small(30))), AllOutputs))
            .Fit(data);
        float[][] contents = model.Transform(data).Column<float[]>("Content"), images = model.Transform(data)
            .Column<float[]>("Reconstruction");
        foreach (ITransformer candidate in new[] { model, _ml.SaveAndLoad(model, data) })
        {
            using var engine = _ml.Model.CreatePredictionEngine<Large, Coded>(candidate, data.Schema);
            for (int i = 0; i < rows.Length; i++)
            {
                Coded prediction = engine.Predict(rows[i]);
                Assert.Equal(contents[i], prediction.Content);
                Assert.Equal(images[i], prediction.Reconstruction);
            }
        }
    }

    /// <summary>
    /// Keys are numbered as their values occur: the same training with the auxiliary keys in another order has the same bits.
    /// </summary>
    [Fact]
    public void Classes_are_matched_by_their_values()
    {
        IDataView data = Keyed(_ml.Data.LoadFromEnumerable(Large(18)));
        IDataView auxiliary = _ml.Data.LoadFromEnumerable(Small(30));
        IDataView inOrder = Keyed(auxiliary);
        IDataView turned = _ml.Transforms.Conversion.MapValueToKey("Label", keyData: Keys("right", "left", "middle")).Fit(auxiliary)
            .Transform(auxiliary);
        Assert.NotEqual(inOrder.Column<uint>("Label"), turned.Column<uint>("Label"));
        Assert.Equal(Estimator(inOrder, Options).Fit(data).Transform(data).Column<float[]>("Content"),
            Estimator(turned, Options).Fit(data).Transform(data).Column<float[]>("Content"));
    }

    [Fact]
    public void Rows_without_label_are_learned_from_by_their_reconstruction()
    {
        Large[] few = Large(18), more = [.. few, .. Large(60, seed: 3, unlabelled: true)];
        IDataView auxiliary = Keyed(_ml.Data.LoadFromEnumerable(Small(30)));
        IDataView test = Keyed(_ml.Data.LoadFromEnumerable(Large(60, seed: 4)));
        double Error(Large[] rows, JointMode mode) => Estimator(auxiliary, Options with { Mode = mode, Epochs = 5 })
            .Fit(Keyed(_ml.Data.LoadFromEnumerable(rows))).History[^1].Terms["primary reconstruction"];
        Assert.NotEqual(Error(few, JointMode.Joint), Error(more, JointMode.Joint));

        // A classifier has no use for them.
        float[][] Contents(Large[] rows) => Estimator(auxiliary, Options with { Mode = JointMode.Paired })
            .Fit(Keyed(_ml.Data.LoadFromEnumerable(rows))).Transform(test).Column<float[]>("Content");
        Assert.Equal(Contents(few), Contents(more));
    }

    [Fact]
    public void Validation_data_stop_it_early_by_primary_accuracy()
    {
        IDataView data = Keyed(_ml.Data.LoadFromEnumerable(Large(18))), validation = Keyed(_ml.Data.LoadFromEnumerable(Large(30, seed: 5)));
        JointAutoencoderOptions options = AllOutputs with
        {
            Epochs = 40, ValidationData = validation,
                EarlyStopping = new EarlyStopping { Metric = ValidationMetric.Accuracy, Patience = 4 },
        };
        JointAutoencoderTransformer model = Estimator(Keyed(_ml.Data.LoadFromEnumerable(Small(60))), options).Fit(data);
        Assert.Equal(StopReason.EarlyStopping, model.StopReason);
        Assert.Equal(model.History[model.BestEpoch - 1].Validation!.Accuracy!.Value, Accuracy(model, validation), 1e-9);
    }

    [Fact]
    public void What_does_not_fit_is_told()
    {
        IDataView data = Keyed(_ml.Data.LoadFromEnumerable(Large(18))), auxiliary = Keyed(_ml.Data.LoadFromEnumerable(Small(30)));
        void Refuses<T>(string message, IDataView primary, IDataView other, JointAutoencoderOptions? options = null) where T : Exception =>
            Assert.Contains(message, Assert.ThrowsAny<T>(() => Estimator(other, options ?? Options).Fit(primary)).Message);

        Refuses<ArgumentOutOfRangeException>("'Pixels' is a vector of 16 values; it must be one of 36, because Primary.Image is 6 x 6",
            auxiliary, auxiliary);
        Refuses<ArgumentOutOfRangeException>(
            "'Pixels' is a vector of 36 values; it must be one of 16, because Auxiliary.Image is 4 x 4 x 1", data, data);
        Refuses<ArgumentOutOfRangeException>("no feature column 'Others'. The auxiliary data have: ", data, auxiliary,
            Options with { AuxiliaryInputColumnName = "Others" });
        Refuses<ArgumentOutOfRangeException>("no label column 'Class'. The auxiliary data have: ", data, auxiliary,
            Options with { AuxiliaryLabelColumnName = "Class" });
        Refuses<ArgumentOutOfRangeException>("The feature column 'Label' of the auxiliary data is ", data, auxiliary,
            Options with { AuxiliaryInputColumnName = "Label" });
        Refuses<ArgumentOutOfRangeException>("The auxiliary label column 'Flag' is a label of Boolean; it must be of", data, auxiliary,
            Options with { AuxiliaryLabelColumnName = "Flag" });
        IDataView unknown = _ml.Transforms.Conversion.MapValueToKey("Label", keyData: Keys("left", "elsewhere"))
            .Fit(_ml.Data.LoadFromEnumerable(Small(30))).Transform(_ml.Data.LoadFromEnumerable(Small(30)));
        Refuses<ArgumentOutOfRangeException>(
            "has a class 'elsewhere', which the primary label column 'Label' does not have; its classes are left, middle, right", data,
            unknown);
        Small[] missing = Small(30);
        missing[7].Pixels[3] = float.NaN;
        Refuses<InvalidDataException>("is NaN in row 7 (from 0) of the auxiliary data.", data, Keyed(_ml.Data.LoadFromEnumerable(missing)));
        Refuses<InvalidDataException>("no auxiliary rows", data, Keyed(_ml.Data.LoadFromEnumerable(Array.Empty<Small>())));

        void RefusesOptions(string message, JointAutoencoderOptions options) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => Estimator(auxiliary, options)).Message);
        RefusesOptions("Mode is Paired, which has no style", AllOutputs with { Mode = JointMode.Paired });
        RefusesOptions("StyleColumnName and ScoreColumnName are both 'S'", Options with { StyleColumnName = "S", ScoreColumnName = "S" });
        RefusesOptions("'Content' is the content column", Options with { StyleColumnName = "Content" });
        RefusesOptions("EarlyStopping needs validation rows", Options with { EarlyStopping = new() });
        RefusesOptions("Auxiliary.Content has 40000 values", Options with
        {
            Primary = Options.Primary with { Content = 40000 }, Auxiliary = Options.Auxiliary with { Content = 40000 },
        });
    }

    private JointAutoencoderEstimator Estimator(IDataView auxiliary, JointAutoencoderOptions options, string label = "Label") =>
        _ml.Transforms.JointAutoencoder("Content", "Pixels", labelColumnName: label, auxiliary: auxiliary, options);

    private IDataView Keys(params string[] labels) => _ml.Data.LoadFromEnumerable(labels.Select(label => new KeyRow { Label = label }));

    /// <summary>Label as a key of the three places in their order; the empty one is missing.</summary>
    private IDataView Keyed(IDataView data) =>
        _ml.Transforms.Conversion.MapValueToKey("Label", keyData: Keys(Places)).Fit(data).Transform(data);

    private static double Accuracy(JointAutoencoderTransformer model, IDataView data)
    {
        IDataView scored = model.Transform(data);
        return scored.Column<uint>("PredictedLabel").Zip(scored.Column<uint>("Label")).Average(pair => pair.First == pair.Second ? 1.0 : 0);
    }

    /// <summary>A bright bar that stands on a noisy ground; its place is the class.</summary>
    private static float[] Bar(int size, int place, Random random) =>
        [.. Enumerable.Range(0, size * size).Select(i => (i % size * 3 / size == place ? 0.7f : 0) + 0.25f * random.NextSingle())];

    /// <summary>The same, lying.</summary>
    private static float[] Turned(float[] bar, int size) =>
        [.. Enumerable.Range(0, size * size).Select(i => bar[i % size * size + i / size])];

    private static Large[] Large(int rows, int seed = 1, bool unlabelled = false)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(i => new Large
        {
            Pixels = Turned(Bar(6, i % 3, random), 6), Label = unlabelled ? "" : Places[i % 3], Flag = i % 3 == 0,
        })];
    }

    private static Small[] Small(int rows, int seed = 2)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows)
            .Select(i => new Small { Pixels = Bar(4, i % 3, random), Label = Places[i % 3], Flag = i % 3 == 0 })];
    }
}

internal sealed class Large
{
    [VectorType(36)]
    public float[] Pixels { get; set; } = [];

    /// <summary>Empty for a row without label.</summary>
    public string Label { get; set; } = "";

    public bool Flag { get; set; }
}

internal sealed class Small
{
    [VectorType(16)]
    public float[] Pixels { get; set; } = [];
    public string Label { get; set; } = "";
    public bool Flag { get; set; }
}

internal sealed class KeyRow
{
    public string Label { get; set; } = "";
}

internal sealed class Coded
{
    public float[] Content { get; set; } = [];
    public float[] Reconstruction { get; set; } = [];
}
