using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public class TextEstimatorTests
{
    private const int Dimension = 5;
    private static readonly string[] Known = ["oil", "bank", "market", "goal", "team", "coach", "number", "year"];

    private static readonly WordVectors Vectors = WordVectors.Create(Known.Select((word, i) =>
        KeyValuePair.Create(word, Enumerable.Range(0, Dimension).Select(j => (float)Math.Sin(1 + i * Dimension + j) / 3).ToArray())));

    private static readonly Row[] Rows =
    [
        new("oil bank market", true), new("goal team", false), new("market", true), new("the coach of the team", false),
            new("oil  oil\tbank\n", true),
        new("team goal goal coach", false), new("", true), new("nobody knows this", false), new(null, true), new("Oil YEAR", true),
    ];

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Names => ["mean", "sequence", "first two", "numbers", "normalised"];

    private IEstimator<ITransformer> Estimator(string name, bool onlySeenWords = false) => name switch
    {
        "mean" => _ml.Transforms.Text.MeanWordVectors("Output", "Text", Vectors, onlySeenWords),
        "sequence" => _ml.Transforms.Text.WordVectorSequence("Output", "Text", Vectors, onlySeenWords: onlySeenWords),
        "first two" => _ml.Transforms.Text.WordVectorSequence("Output", "Text", Vectors, maximumWords: 2),
        "numbers" => _ml.Transforms.Text.WordNumbers("Output", "Text", vocabularySize: 4),
        _ => _ml.Transforms.Text.NormalizeWords("Output", "Text"),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_loaded_model_gives_the_same_values_and_schema_also_row_by_row(string name)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Rows);
        ITransformer model = Estimator(name).Fit(data), loaded = _ml.SaveAndLoad(model, data);
        IDataView expected = model.Transform(data), actual = loaded.Transform(data);

        Assert.Equal(expected.Schema["Output"].Type, actual.Schema["Output"].Type);
        Assert.Equal(["Text", "Flag", "Output"], Visible(expected.Schema));
        Assert.Equal(["Text", "Flag", "Output"], Visible(actual.Schema));
        if (name == "normalised")
            Same<TextRow, string>(row => row.Output);
        else
            Same<VectorRow, float[]>(row => row.Output);

        void Same<TRow, TValue>(Func<TRow, TValue> output) where TRow : class, new()
        {
            TValue[] values = expected.Column<TValue>("Output");
            Assert.Equal(values, actual.Column<TValue>("Output"));
            foreach (ITransformer candidate in new[] { model, loaded })
            {
                using var engine = _ml.Model.CreatePredictionEngine<Row, TRow>(candidate, data.Schema);
                Assert.Equal(values, Rows.Select(row => output(engine.Predict(row))));
            }
        }

        static IEnumerable<string> Visible(DataViewSchema schema) => schema.Where(column => !column.IsHidden).Select(column => column.Name);
    }

    [Fact]
    public void The_mean_is_that_of_a_plain_loop()
    {
        float[][] means = Values("mean");
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, Dimension), Estimator("mean").Fit(Data())
            .GetOutputSchema(Data().Schema)["Output"].Type);
        for (int i = 0; i < Rows.Length; i++)
        {
            string[] words = Split(Rows[i].Text);
            for (int j = 0; j < Dimension; j++)
            {
                double sum = 0;
                foreach (string word in words)
                    sum += Vector(word)[j];
                Assert.Equal(sum / words.Length, means[i][j], 1e-6);
            }
        }
    }

    [Fact]
    public void The_sequence_has_the_words_one_behind_the_other()
    {
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single), Estimator("sequence").Fit(Data())
            .GetOutputSchema(Data().Schema)["Output"].Type);
        Assert.Equal(Rows.Select(row => Split(row.Text).SelectMany(Vector).ToArray()), Values("sequence"));
        Assert.Equal(Rows.Select(row => Split(row.Text).Take(2).SelectMany(Vector).ToArray()), Values("first two"));
    }

    [Fact]
    public void A_text_without_words_and_one_of_unknown_words_have_the_unknown_vector()
    {
        float[][] means = Values("mean"), sequences = Values("sequence");
        foreach (int row in new[] { 6, 8 })
        {
            Assert.Equal(Vectors.Unknown, means[row]);
            Assert.Equal(Vectors.Unknown, sequences[row]);
        }
        Assert.Equal(Enumerable.Repeat(Vectors.Unknown.ToArray(), 3).SelectMany(vector => vector), sequences[7]);
    }

    [Fact]
    public void The_most_frequent_words_are_numbered()
    {
        // Three times oil, goal and team, in this order of their first row.
        float[][] numbers = Values("numbers");
        Assert.Equal([1, 0, 0], numbers[0]);
        Assert.Equal([2, 3], numbers[1]);
        Assert.Equal([0, 0, 0, 0, 3], numbers[3]);
        Assert.Equal([1, 1, 0], numbers[4]);
        Assert.Equal([0], numbers[6]);
        Assert.Equal([0], numbers[8]);
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("sequence")]
    public void Where_only_seen_words_are_kept_others_are_unknown(string name)
    {
        IDataView few = _ml.Data.LoadFromEnumerable(Rows[..3]), data = Data();
        ITransformer model = Estimator(name, onlySeenWords: true).Fit(few);
        float[][] values = model.Transform(data).Column<float[]>("Output");
        Assert.Equal(Values(name)[0], values[0]);
        Assert.Equal(Values(name)[4], values[4]);
        // Of row 5, team and goal were seen and coach was not.
        Assert.NotEqual(Values(name)[5], values[5]);
        Assert.Equal(values, _ml.SaveAndLoad(model, few).Transform(data).Column<float[]>("Output"));
        Assert.True(Size(model) < Size(Estimator(name).Fit(few)));

        long Size(ITransformer transformer)
        {
            using var stream = new MemoryStream();
            _ml.Model.Save(transformer, few.Schema, stream);
            return stream.Length;
        }
    }

    [Fact]
    public void Nothing_is_read_at_fit_where_all_words_are_kept()
    {
        var counted = new CountedView(Data());
        Estimator("mean").Fit(counted);
        Assert.Equal(0, counted.Passes);
    }

    [Fact]
    public void Columns_of_text_are_read_one_after_the_other()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Article { Title = "Oil up", Description = "The bank's 5 goals" },
            new Article { Title = "team" }]);
        var pipeline = _ml.Transforms.Concatenate("Both", "Title", "Description")
            .Append(_ml.Transforms.Text.NormalizeWords("Both"))
            .Append(_ml.Transforms.Text.WordVectorSequence("Output", "Both", Vectors));
        ITransformer model = pipeline.Fit(data);
        foreach (ITransformer candidate in new[] { model, _ml.SaveAndLoad(model, data) })
        {
            IDataView read = candidate.Transform(data);
            Assert.Equal(["oil bank NUMBER goals", "team"], read.Column<string>("Both"));
            Assert.Equal([.. new[] { "oil", "bank", "number", "goals" }.SelectMany(Vector)], read.Column<float[]>("Output")[0]);
        }
        float[][] tokens = _ml.Transforms.Concatenate("Both", "Title", "Description")
            .Append(_ml.Transforms.Text.WordVectorSequence("Output", "Both", Vectors))
            .Fit(data).Transform(data).Column<float[]>("Output");
        Assert.Equal([.. "Oil up The bank's 5 goals".Split(' ').SelectMany(Vector)], tokens[0]);
        Assert.Equal(Vector("team"), tokens[1]);
    }

    [Fact]
    public void Networks_learn_from_texts_and_are_opened_with_them()
    {
        IDataView data = Data();
        DisentangleEncoderOptions options = Samples.AllOutputs with { Epochs = 200 };
        var networks = new (string Name, Network Network)[]
        {
            ("mean", Network.Mlp([8], 4)),
            ("sequence", Network.TextCnn(Dimension, 4) with { Filters = 6, Dropout = 0 }),
            ("numbers", Network.TextCnn(Dimension, 4, vocabularySize: 4) with { Filters = 6, Dropout = 0 }),
        };
        foreach ((string name, Network network) in networks)
        {
            var encoder = _ml.Transforms.DisentangleEncoder("Embedding", "Output", "Flag", options with { Network = network });
            ITransformer model = Estimator(name).Append(encoder).Fit(data);
            float[][] embeddings = model.Transform(data).Column<float[]>("Embedding");
            bool[] predicted = model.Transform(data).Column<bool>("PredictedGroup");
            Assert.All(Enumerable.Range(0, 6), i => Assert.Equal(Rows[i].Flag, predicted[i]));

            ITransformer loaded = _ml.SaveAndLoad(model, data);
            Assert.Equal(embeddings, loaded.Transform(data).Column<float[]>("Embedding"));
            DisentangleModel opened = DisentangleModel.Open(loaded);
            Assert.Single(opened.Transformers);
            Assert.Equal(embeddings, opened.Transformer.Transform(data).Column<float[]>("Embedding"));
            using var engine = _ml.Model.CreatePredictionEngine<Row, Encoded>(loaded, data.Schema);
            Assert.Equal(embeddings[3], engine.Predict(Rows[3]).Embedding);
        }
    }

    [Fact]
    public void Texts_come_from_files_with_quotes()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "\"3\",\"Oil, \"\"again\"\"\",\"A bank\\in 1999\"\n\"2\",\"Team\",\"No goal, $5\"\n");
        IDataView data = _ml.Data.LoadFromTextFile(path,
            [new("Class", DataKind.Single, 0), new("Texts", DataKind.String, 1, 2)], separatorChar: ',', allowQuoting: true);
        IDataView read = _ml.Transforms.Text.NormalizeWords("Text", "Texts").Fit(data).Transform(data);
        Assert.Equal(["oil bank YEAR", "team goal MONEY"], read.Column<string>("Text"));
        Assert.Equal([3, 2], read.Column<float>("Class"));
        File.Delete(path);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_column_must_be_there_and_text(string name)
    {
        IDataView numbers = _ml.Data.LoadFromEnumerable([new { Text = 1f }]), nothing = _ml.Data.LoadFromEnumerable([new { Other = 1f }]);
        ITransformer model = Estimator(name).Fit(Data());
        foreach (Action<IDataView> use in new Action<IDataView>[]
        {
            data => Estimator(name).Fit(data),
            data => Estimator(name).Append(_ml.Clustering.Trainers.KMeans("Output")).Fit(data),
            data => model.Transform(data),
        })
        {
            Assert.StartsWith("The text column 'Text' is ", Assert.Throws<ArgumentOutOfRangeException>(() => use(numbers)).Message);
            Assert.StartsWith("There is no text column 'Text'. The data have: Other.",
                Assert.Throws<ArgumentOutOfRangeException>(() => use(nothing)).Message);
        }
    }

    [Fact]
    public void Settings_at_fault_are_named()
    {
        Assert.Equal("vectors",
            Assert.Throws<ArgumentNullException>(() => _ml.Transforms.Text.MeanWordVectors("Output", "Text", null!)).ParamName);
        Assert.Equal("maximumWords",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.Text.WordVectorSequence("Output", "Text", Vectors,
            maximumWords: 0)).ParamName);
        Assert.Equal("vocabularySize",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.Text.WordNumbers("Output", vocabularySize: 1)).ParamName);
        Assert.Equal("outputColumnName", Assert.Throws<ArgumentException>(() => _ml.Transforms.Text.NormalizeWords(" ")).ParamName);
        WordVectors wide = WordVectors.Create([KeyValuePair.Create("a", new float[Pieces.MaximumWidth + 1])]);
        Assert.Contains("have 32768 values",
            Assert.Throws<ArgumentException>(() => _ml.Transforms.Text.MeanWordVectors("Output", "Text", wide)).Message);
        Assert.Contains("has no words to number",
            Assert.Throws<InvalidDataException>(() => _ml.Transforms.Text.WordNumbers("Text")
            .Fit(_ml.Data.LoadFromEnumerable(Rows[6..7]))).Message);
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable(Rows);

    private float[][] Values(string name) => Estimator(name).Fit(Data()).Transform(Data()).Column<float[]>("Output");

    /// <summary>The words of a text; one unknown word where there are none.</summary>
    private static string[] Split(string? text)
    {
        string[] words = (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? [""] : words;
    }

    private static float[] Vector(string word)
    {
        int index = Array.IndexOf(Known, word.ToLowerInvariant());
        return (index < 0 ? Vectors.Unknown : Vectors[Known[index]]).ToArray();
    }

    private sealed class Row(string? text, bool flag)
    {
        public Row() : this(null, false) { }

        public string? Text { get; set; } = text;
        public bool Flag { get; set; } = flag;
    }

    private sealed class Article
    {
        public string Title { get; set; } = "";
        public string Description { get; set; } = "";
    }

    private sealed class VectorRow
    {
        public float[] Output { get; set; } = [];
    }

    private sealed class TextRow
    {
        public string Output { get; set; } = "";
    }
}
