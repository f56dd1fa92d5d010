using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public sealed class PersistenceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("disentangle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, int> Pipelines => new()
    {
        { "Group", 5 }, { "Flag", 5 }, { "Number", 5 }, { "Blob", 5 }, { "Group", 1 }, { "Group", 70 },
    };

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void A_loaded_model_gives_the_same_bits_and_schema(string label, int embedding)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        DisentangleEncoderOptions options = Samples.AllOutputs with { Network = Network.Mlp([16], embedding) };
        var encoder = ml.Transforms.DisentangleEncoder("Embedding", "Features", label, options);
        ITransformer model = label == "Flag" ? encoder.Fit(data) : ml.Transforms.Conversion.MapValueToKey(label).Append(encoder).Fit(data);
        ITransformer loaded = SaveAndLoad(ml, model, data);

        IDataView expected = model.Transform(data), actual = loaded.Transform(data);
        Assert.Equal(expected.Column<float[]>("Embedding"), actual.Column<float[]>("Embedding"));
        Assert.Equal(expected.Column<float[]>("Probabilities"), actual.Column<float[]>("Probabilities"));
        Assert.Equal(PredictedLabels(expected), PredictedLabels(actual));
        Assert.Equal(Describe(expected.Schema), Describe(actual.Schema));

        static string[] PredictedLabels(IDataView view) => view.Schema["PredictedGroup"].Type is BooleanDataViewType
            ? [.. view.Column<bool>("PredictedGroup").Select(value => value.ToString())]
            : [.. view.Column<uint>("PredictedGroup").Select(value => value.ToString(CultureInfo.InvariantCulture))];
    }

    [Fact]
    public async Task A_fresh_process_that_knows_only_ML_NET_gives_the_same_bits()
    {
        var ml = new MLContext(seed: 1);
        Sample[] samples = Samples.Create();
        IDataView data = ml.Data.LoadFromEnumerable(samples);
        var model = ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options).Fit(data)
            .Append(ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 4).Fit(Samples.Pipeline(ml).Fit(data).Transform(data)));
        await TransformerTesting.AssertFreshProcessAgrees(ml, model, data, samples.Select(sample => sample.Features));
    }

    [Fact]
    public void A_prediction_engine_gives_the_same_bits_before_and_after_loading()
    {
        var ml = new MLContext(seed: 1);
        Sample[] samples = Samples.Create(rows: 50);
        IDataView data = ml.Data.LoadFromEnumerable(samples);
        ITransformer model = Samples.Pipeline(ml, Samples.AllOutputs).Fit(data);
        ITransformer loaded = SaveAndLoad(ml, model, data);
        float[][] embeddings = model.Transform(data).Column<float[]>("Embedding"), probabilities = model.Transform(data)
            .Column<float[]>("Probabilities");

        foreach (ITransformer candidate in new[] { model, loaded, DisentangleModel.Open(loaded).Transformer })
        {
            using var engine = ml.Model.CreatePredictionEngine<Sample, Encoded>(candidate, data.Schema);
            for (int i = 0; i < samples.Length; i++)
            {
                Encoded prediction = engine.Predict(samples[i]);
                Assert.Equal(embeddings[i], prediction.Embedding);
                Assert.Equal(probabilities[i], prediction.Probabilities);
            }
        }
    }

    [Fact]
    public void Open_gives_the_typed_transformer_and_its_settings_back()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        var model = Samples.Pipeline(ml, Samples.AllOutputs).Append(ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 4))
            .Fit(data);
        DisentangleModel opened = DisentangleModel.Open(SaveAndLoad(ml, model, data));

        var encoder = Assert.IsType<DisentangleEncoderTransformer>(Assert.Single(opened.Encoders));
        Assert.Equal(Samples.AllOutputs.Network, encoder.Options.Network);
        Assert.Equal(Samples.AllOutputs.Objective.Terms, encoder.Options.Objective.Terms);
        Assert.Equal(Samples.AllOutputs with { Network = encoder.Options.Network, Objective = encoder.Options.Objective }, encoder.Options);
        Assert.Equal(3, encoder.History.Count);
        Assert.Equal(encoder.History[2].Loss, DisentangleModel.Open(model).Encoders[0].History[2].Loss);
        Assert.Equal("Features", encoder.InputColumnName);
        Assert.Equal(model.Transform(data).Column<uint>("PredictedLabel"), opened.Transformer.Transform(data)
            .Column<uint>("PredictedLabel"));
        Assert.Equal(model.Transform(data).Column<float[]>("Embedding"), encoder.Transform(data).Column<float[]>("Embedding"));
    }

    [Fact]
    public void An_opened_model_can_be_saved_again()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        ITransformer model = Samples.Pipeline(ml).Fit(data);
        ITransformer again = SaveAndLoad(ml, DisentangleModel.Open(SaveAndLoad(ml, model, data)).Transformer, data);
        Assert.Equal(model.Transform(data).Column<float[]>("Embedding"), again.Transform(data).Column<float[]>("Embedding"));
    }

    [Fact]
    public void Two_encoders_in_a_pipeline_do_not_disturb_each_other()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        ITransformer model = Samples.Pipeline(ml)
            .Append(ml.Transforms.DisentangleEncoder("Second", "Embedding", "Group",
                Samples.Options with { Network = Network.Mlp([], 3), Seed = 9 })).Fit(data);
        ITransformer loaded = SaveAndLoad(ml, model, data);
        Assert.Equal(model.Transform(data).Column<float[]>("Second"), loaded.Transform(data).Column<float[]>("Second"));
        Assert.Equal(model.Transform(data).Column<float[]>("Embedding"), loaded.Transform(data).Column<float[]>("Embedding"));
        Assert.Equal(2, DisentangleModel.Open(loaded).Encoders.Count);
    }

    [Fact]
    public void The_embedding_may_take_the_place_of_the_features()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        ITransformer model = ml.Transforms.DisentangleEncoder("Features", labelColumnName: "Flag", options: Samples.Options).Fit(data);
        ITransformer loaded = SaveAndLoad(ml, model, data);
        Assert.Equal(5, model.Transform(data).Column<float[]>("Features")[0].Length);
        Assert.Equal(model.Transform(data).Column<float[]>("Features"), loaded.Transform(data).Column<float[]>("Features"));
    }

    [Fact]
    public void Payloads_of_tens_of_megabytes_are_saved_and_loaded()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create(rows: 40));
        DisentangleEncoderOptions options = Samples.Options with { Network = Network.Mlp([3000, 2000], 8), Epochs = 1 };
        ITransformer model = ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", options).Fit(data);
        string path = Path.Combine(_folder, "large.zip");
        ml.Model.Save(model, data.Schema, path);
        Assert.True(new FileInfo(path).Length > 20_000_000);
        Assert.Equal(model.Transform(data).Column<float[]>("Embedding"), new MLContext().Model.Load(path, out _).Transform(data)
            .Column<float[]>("Embedding"));
    }

    [Fact]
    public void A_custom_loss_is_remembered_by_name_and_weight()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        Objective objective = Objective.CrossEntropy() + 0.25f * new Objective(new NothingLoss());
        ITransformer model =
            ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options with { Objective = objective }).Fit(data);
        DisentangleEncoderOptions options =
            ((DisentangleEncoderTransformer)DisentangleModel.Open(SaveAndLoad(ml, model, data)).Encoders[0]).Options;

        Assert.Equal([new WeightedLoss(1, new CrossEntropyLoss()), new WeightedLoss(0.25f, new RecordedLoss("nothing"))],
            options.Objective.Terms);
        Assert.Contains("custom loss",
            Assert.Throws<ArgumentException>(() => ml.Transforms.DisentangleEncoder("E", "Features", "Flag", options)).Message);
    }

    [Fact]
    public void A_damaged_payload_is_refused()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        string payload =
            ModelPayload.Write(ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options).Fit(data).Save());
        byte[] bytes = Convert.FromBase64String(payload);

        void Refuses(string message, byte[] changed) =>
            Assert.Contains(message,
                Assert.Throws<InvalidDataException>(() => ModelPayload.ReadTransformer(Convert.ToBase64String(changed))).Message);
        Refuses("truncated or altered", bytes[..(bytes.Length / 2)]);
        Refuses("truncated or altered", bytes[..20]);
        Refuses("truncated or altered", []);
        for (int i = 40; i < bytes.Length; i += 997)
        {
            byte[] altered = [.. bytes];
            altered[i] ^= 1;
            Refuses("truncated or altered", altered);
        }
        byte[] newer = [.. bytes];
        newer[4] = 2;
        Refuses("saved in format 2", newer);
        Assert.Throws<InvalidDataException>(() => ModelPayload.ReadTransformer("this is no base64 text"));
        Assert.Equal("Features", ModelPayload.ReadTransformer(payload).InputColumnName);
    }

    [Fact]
    public void A_failed_save_leaves_the_old_file()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        var cannotBeSaved = Samples.Pipeline(ml)
            .Append(ml.Transforms.CustomMapping<Encoded, Copy>((row, copy) => copy.Sum = row.Embedding.Sum(), contractName: null,
                inputSchemaDefinition: OnlyEmbedding())).Fit(data);
        string path = Path.Combine(_folder, "model.zip");
        File.WriteAllText(path, "the old model");

        Assert.ThrowsAny<Exception>(() => DisentangleModel.Save(ml, cannotBeSaved, data.Schema, path));
        Assert.Equal("the old model", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
        DisentangleModel.Save(ml, Samples.Pipeline(ml).Fit(data), data.Schema, path);
        Assert.Single(DisentangleModel.Open(ml.Model.Load(path, out _)).Encoders);

        static SchemaDefinition OnlyEmbedding()
        {
            SchemaDefinition definition = SchemaDefinition.Create(typeof(Encoded));
            definition.RemoveAll(column => column.ColumnName != "Embedding");
            definition[0].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 5);
            return definition;
        }
    }

    [Fact]
    public void A_setting_that_a_saved_model_does_not_have_keeps_its_default() =>
        Assert.Equal(new DisentangleAutoencoderOptions().ToString(), ModelJson.Read<DisentangleAutoencoderOptions>(JsonNode.Parse("{}"))
            .ToString());

    /// <summary>tests/Packages.Tests loads the model of another version; this says why it can.</summary>
    [Fact]
    public void A_model_file_names_an_assembly_version_that_stays()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        using var stream = new MemoryStream();
        ml.Model.Save(Samples.Pipeline(ml).Fit(data), data.Schema, stream);
        using var zip = new ZipArchive(stream);
        var names = zip.Entries.SelectMany(entry =>
        {
            using var reader = new StreamReader(entry.Open(), Encoding.Latin1);
            // Texts are UTF-16 in some places.
            return Regex.Matches(reader.ReadToEnd().Replace("\0", ""), @"Disentangle\.ML\.\w+, Version=[\d.]+")
                .Select(match => match.Value);
        });
        Assert.Equal(["Disentangle.ML.Transforms, Version=1.0.0.0"], names.Distinct());
    }

    [Fact]
    public void Open_refuses_a_model_without_encoder()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        ITransformer model = ml.Transforms.NormalizeMinMax("Features").Fit(data);
        Assert.Contains("no transformer of Disentangle.ML", Assert.Throws<ArgumentException>(() => DisentangleModel.Open(model)).Message);
    }

    private ITransformer SaveAndLoad(MLContext ml, ITransformer model, IDataView data)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.zip");
        ml.Model.Save(model, data.Schema, path);
        return new MLContext().Model.Load(path, out _);
    }

    /// <summary>
    /// Names, types and the values behind keys of all columns that can be seen. A loaded model does not have the names of slots.
    /// </summary>
    private static string[] Describe(DataViewSchema schema) =>
    [
        .. schema.Where(column => !column.IsHidden).Select(column => $"{column.Name}: {column.Type} [{string.Join(", ",
            column.Annotations.Schema.Where(annotation => annotation.Name != "SlotNames")
            .Select(annotation => $"{annotation.Name}: {annotation.Type}"))}]").Order(),
    ];

    private sealed class Copy
    {
        public float Sum { get; set; }
    }

    private sealed record NothingLoss : ILoss
    {
        public string Name => "nothing";

        public Tensor Compute(LossContext context) =>
            context.Engine.Fill(Shape.Scalar, 0) + 0 * context.Engine.Sum(context.Embedding.Output);
    }
}
