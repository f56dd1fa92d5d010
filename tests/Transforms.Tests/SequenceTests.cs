using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public class SequenceTests
{
    private const int StepSize = 2;
    private const int MostSteps = 9;
    private readonly MLContext _ml = new(seed: 1);

    private static readonly DisentangleEncoderOptions Gru = Samples.AllOutputs with { Network = Network.Gru(StepSize, 6, 4) };

    private static readonly Dictionary<string, DisentangleEncoderOptions> Networks = new()
    {
        ["gru"] = Gru,
        ["text cnn"] = Gru with { Network = Network.TextCnn(StepSize, 4) with { Filters = 5, Hidden = [6] } },
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_loaded_model_gives_the_same_bits(string name)
    {
        Row[] rows = Rows(300);
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        ITransformer model = _ml.Transforms.DisentangleEncoder("Embedding", "Steps", "Flag", Networks[name]).Fit(data);
        ITransformer loaded = _ml.SaveAndLoad(model, data), opened = DisentangleModel.Open(loaded).Transformer;
        float[][] embeddings = model.Transform(data).Column<float[]>("Embedding");

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 4), loaded.Transform(data).Schema["Embedding"].Type);
        foreach (ITransformer candidate in new[] { loaded, opened })
        {
            Assert.Equal(embeddings, candidate.Transform(data).Column<float[]>("Embedding"));
            Assert.Equal(model.Transform(data).Column<float[]>("Probabilities"), candidate.Transform(data)
                .Column<float[]>("Probabilities"));
            Assert.Equal(model.Transform(data).Column<bool>("PredictedGroup"), candidate.Transform(data).Column<bool>("PredictedGroup"));
            using var engine = _ml.Model.CreatePredictionEngine<Row, Encoded>(candidate, data.Schema);
            Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(embeddings[i], engine.Predict(rows[i]).Embedding));
        }
    }

    [Fact]
    public void A_gru_learns_what_the_steps_tell()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Rows(200)), test = _ml.Data.LoadFromEnumerable(Rows(100, seed: 2));
        IDataView scored = _ml.Transforms.DisentangleEncoder("Embedding", "Steps", "Flag", Gru with { Epochs = 20 }).Fit(data)
            .Transform(test);
        int right = scored.Column<bool>("PredictedGroup").Zip(test.Column<bool>("Flag")).Count(pair => pair.First == pair.Second);
        Assert.True(right >= 95, $"{right} of 100 are right.");
    }

    public static TheoryData<string, string> Lengths
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string network in Networks.Keys)
            {
                foreach (string length in new[] { nameof(Padded.Int32), nameof(Padded.Int64), nameof(Padded.UInt32),
                    nameof(Padded.Single) })
                    cases.Add(network, length);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Padded_sequences_with_a_length_column_give_the_bits_of_sequences_of_unknown_size(string name, string length)
    {
        Row[] rows = Rows(100);
        IDataView variable = _ml.Data.LoadFromEnumerable(rows);
        IDataView padded = _ml.Data.LoadFromEnumerable(rows.Select(row => new Padded(row)));
        var model = _ml.Transforms.DisentangleEncoder("Embedding", "Steps", "Flag", Networks[name]).Fit(variable);
        var paddedModel = _ml.Transforms.DisentangleEncoder("Embedding", "Steps", "Flag", Networks[name] with { LengthColumnName = length })
            .Fit(padded);
        float[][] expected = model.Transform(variable).Column<float[]>("Embedding");
        ITransformer loaded = _ml.SaveAndLoad(paddedModel, padded);

        Assert.Equal(expected, paddedModel.Transform(padded).Column<float[]>("Embedding"));
        Assert.Equal(expected, loaded.Transform(padded).Column<float[]>("Embedding"));
        var opened = (DisentangleEncoderTransformer)DisentangleModel.Open(loaded).Encoders[0];
        Assert.Equal(length, opened.Options.LengthColumnName);
        Assert.Equal(expected, opened.Transform(padded).Column<float[]>("Embedding"));
    }

    [Fact]
    public void What_stands_in_the_padding_does_not_matter()
    {
        DisentangleEncoderOptions options = Gru with { LengthColumnName = nameof(Padded.Int32) };
        float[][] Embeddings(float padding)
        {
            IDataView data = _ml.Data.LoadFromEnumerable(Rows(60).Select(row => new Padded(row, padding)));
            return _ml.Transforms.DisentangleEncoder("Embedding", "Steps", "Flag", options).Fit(data).Transform(data)
                .Column<float[]>("Embedding");
        }
        float[][] zeros = Embeddings(0);
        Assert.Equal(zeros, Embeddings(7));
        Assert.Equal(zeros, Embeddings(float.NaN));
    }

    [Fact]
    public void A_vector_of_known_size_without_length_column_is_all_steps()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Rows(40).Select(row => new Padded(row)));
        IDataView full = _ml.Data.LoadFromEnumerable(Rows(40).Select(row => new Padded(row) { Int32 = MostSteps }));
        float[][] without = _ml.Transforms.DisentangleEncoder("Embedding", "Steps", "Flag", Gru).Fit(data).Transform(data)
            .Column<float[]>("Embedding");
        var withLength =
            _ml.Transforms.DisentangleEncoder("Embedding", "Steps", "Flag", Gru with { LengthColumnName = nameof(Padded.Int32) }).Fit(full);
        Assert.Equal(without, withLength.Transform(full).Column<float[]>("Embedding"));
    }

    [Fact]
    public void Words_are_learned_from_their_numbers()
    {
        // A text is about the first half of the vocabulary, or about the second.
        var random = new Random(1);
        Row[] rows = [.. Enumerable.Range(0, 100).Select(i => new Row
        {
            Flag = i % 2 == 1,
            Steps = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(10) + 10f * (i % 2))],
        })];
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        DisentangleEncoderOptions options =
            Gru with { Network = Network.TextCnn(6, 4, vocabularySize: 20) with { Filters = 8, Widths = [1, 2] }, Epochs = 20 };
        var model = _ml.Transforms.DisentangleEncoder("Embedding", "Steps", "Flag", options).Fit(data);

        Assert.Equal(rows.Select(row => row.Flag), model.Transform(data).Column<bool>("PredictedGroup"));
        Assert.Equal(model.Transform(data).Column<float[]>("Embedding"), _ml.SaveAndLoad(model, data).Transform(data)
            .Column<float[]>("Embedding"));
    }

    public static TheoryData<float[], string> BadSteps => new()
    {
        { [], "The sequence in column 'Steps' in row 7 (from 0) has no steps; a sequence needs at least one." },
        { [1, 2, 3, 4, 5], "The sequence in column 'Steps' in row 7 (from 0) has 5 values; they do not divide into steps of 2." },
        { [1, 2, 3, float.NaN], "Feature 3 of column 'Steps' is NaN in row 7 (from 0)." },
    };

    [Theory]
    [MemberData(nameof(BadSteps))]
    public void A_sequence_at_fault_is_named(float[] steps, string expected)
    {
        Row[] rows = Rows(20);
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        var estimator = _ml.Transforms.DisentangleEncoder("Embedding", "Steps", "Flag", Gru);
        ITransformer model = estimator.Fit(data), loaded = _ml.SaveAndLoad(model, data);
        Row[] broken = [.. rows];
        broken[7] = new Row { Steps = steps };
        IDataView brokenData = _ml.Data.LoadFromEnumerable(broken);

        Assert.StartsWith(expected, Assert.Throws<InvalidDataException>(() => estimator.Fit(brokenData)).Message);
        Assert.StartsWith(expected, Message(model, brokenData));
        // A stock mapping does not know the number of its row.
        Assert.StartsWith(expected.Replace(" in row 7 (from 0)", ""), Message(loaded, brokenData));
    }

    [Theory]
    [InlineData(10, "The sequence in column 'Steps' in row 7 (from 0) has 9 steps, but its length column says 10.")]
    [InlineData(-1, "The sequence in column 'Steps' in row 7 (from 0) has 9 steps, but its length column says -1.")]
    [InlineData(1L << 62, "The sequence in column 'Steps' in row 7 (from 0) has 9 steps, but its length column says 4611686018427387904.")]
    [InlineData(0, "The sequence in column 'Steps' in row 7 (from 0) has no steps; a sequence needs at least one.")]
    public void A_length_at_fault_is_named(long length, string expected)
    {
        Padded[] rows = [.. Rows(20).Select(row => new Padded(row))];
        var estimator =
            _ml.Transforms.DisentangleEncoder("Embedding", "Steps", "Flag", Gru with { LengthColumnName = nameof(Padded.Int64) });
        ITransformer model = estimator.Fit(_ml.Data.LoadFromEnumerable(rows));
        rows[7].Int64 = length;
        IDataView broken = _ml.Data.LoadFromEnumerable(rows);

        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => estimator.Fit(broken)).Message);
        Assert.Equal(expected, Message(model, broken));
        Assert.Equal(expected.Replace(" in row 7 (from 0)", ""), Message(_ml.SaveAndLoad(model, broken), broken));
    }

    [Theory]
    [InlineData("Flag", "The length column 'Flag' is ")]
    [InlineData("Lenght", "There is no length column 'Lenght'. The data have: ")]
    public void The_length_column_must_be_there_and_a_number(string length, string expected)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Rows(20).Select(row => new Padded(row)));
        var estimator = _ml.Transforms.DisentangleEncoder("Embedding", "Steps", "Flag", Gru with { LengthColumnName = length });
        Assert.StartsWith(expected, Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(data)).Message);
        var chain = estimator.Append(_ml.Clustering.Trainers.KMeans("Embedding"));
        Assert.StartsWith(expected, Assert.Throws<ArgumentOutOfRangeException>(() => chain.Fit(data)).Message);
    }

    private static string Message(ITransformer model, IDataView data) =>
        Assert.ThrowsAny<Exception>(() => model.Transform(data).Column<float[]>("Embedding")).Innermost().Message;

    private static Row[] Rows(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new Row
        {
            Flag = i % 2 == 1,
            Steps = [.. Enumerable.Range(0, StepSize * random.Next(1, MostSteps + 1))
                .Select(j => random.NextSingle() + (j % StepSize == i % 2 ? 1 : 0))],
        })];
    }

    private sealed class Row
    {
        public float[] Steps { get; set; } = [];
        public bool Flag { get; set; }
    }

    private sealed class Padded
    {
        public Padded(Row row, float padding = 0)
        {
            Steps = [.. row.Steps, .. Enumerable.Repeat(padding, StepSize * MostSteps - row.Steps.Length)];
            Flag = row.Flag;
            Int32 = row.Steps.Length / StepSize;
            (Int64, UInt32, Single) = (Int32, (uint)Int32, Int32);
        }

        [VectorType(StepSize * MostSteps)]
        public float[] Steps { get; set; }
        public bool Flag { get; set; }
        public int Int32 { get; set; }
        public long Int64 { get; set; }
        public uint UInt32 { get; set; }
        public float Single { get; set; }
    }
}
