using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Trainers.Tests.Networks;

public class NetworkFaultTests
{
    private static readonly ImageSize Image = new(28, 28);

    public static TheoryData<string, string[]> Cases => new()
    {
        { "cnn", ["Network.Hidden is [5, 0]", "Network.Embedding is 0", "Network.Dropout is 1"] },
        { "no convolutions", ["Network.Convolutions is empty"] },
        { "no pixels", ["Network.Image is 28 x 0 x 1"] },
        { "no filters", ["Network.Convolutions[1] is ConvolutionLayer { Filters = 0"] },
        {
            "too small",
                ["Network.Convolutions[2] is ConvolutionLayer { Filters = 8, Kernel = 3, Pool = 1, Padding = Valid, PoolPadding = Valid }; "
                + "its input images of 2 x 2 x 4 (height x width x channels) are too small."]
        },
        {
            "text", ["Network.Widths is [3, 0]", "Network.WordSize is 0", "Network.VocabularySize is -1", "Network.Filters is 0",
                "Network.Hidden is [0]", "Network.Embedding is -2", "Network.InputDropout is NaN", "Network.Dropout is -0.5"]
        },
        { "gru", ["Network.InputSize is 0", "Network.Hidden is 0", "Network.Embedding is 0"] },
        { "mlpAutoencoder", ["Network.Hidden is [0]", "Network.Embedding is 0"] },
        { "cnnAutoencoder", ["Network.Convolutions is empty", "Network.Hidden is [0]", "Network.Embedding is 0"] },
        { "gruAutoencoder", ["Network.InputSize is 0", "Network.Hidden is 0", "Network.Embedding is 0"] },
    };

    private static Network Faulty(string name) => name switch
    {
        "cnn" => Network.Cnn(Image, [new(4)], [5, 0], 0) with { Dropout = 1 },
        "no convolutions" => Network.Cnn(Image, [], [5], 2),
        "no pixels" => Network.Cnn(new ImageSize(0, 28), [new(4)], [5], 2),
        "no filters" => Network.Cnn(Image, [new(4), new(0)], [5], 2),
        "too small" => Network.Cnn(new ImageSize(8, 8), [new(4, Pool: 2), new(4, Pool: 2), new(8, Padding: Padding.Valid)], [5], 2),
        "text" => Network.TextCnn(0, -2, -1) with { Widths = [3, 0], Filters = 0, Hidden = [0], InputDropout = float.NaN, Dropout = -0.5f },
        "gru" => Network.Gru(0, 0, 0),
        "mlpAutoencoder" => Network.MlpAutoencoder([0], 0),
        "cnnAutoencoder" => Network.CnnAutoencoder(Image, [], [0], 0),
        "gruAutoencoder" => Network.GruAutoencoder(0, 0, 0),
        _ => throw new ArgumentException(name),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_fault_is_listed_once(string name, string[] expected)
    {
        string[] faults = [.. Faulty(name).Faults()];
        Assert.Equal(expected.Length, faults.Length);
        Assert.All(expected, part => Assert.Contains(faults, fault => fault.Contains(part, StringComparison.Ordinal)));
    }

    [Fact]
    public void Good_settings_have_no_faults()
    {
        Assert.All(NetworkCase.All.Values, example => Assert.Empty(example.Network.Faults()));
        Assert.All(
            (Network[])
            [
                new MlpNetwork(), new CnnNetwork(), new TextCnnNetwork(), new GruNetwork(), new MlpAutoencoder(), new CnnAutoencoder(),
                    new GruAutoencoder(),
            ],
            network => Assert.Empty(network.Faults()));
    }

    [Theory]
    [InlineData("cnn", 279, "images of 10 x 14 x 2 = 280 values (height x width x channels); the rows have 279")]
    [InlineData("cnnAutoencoder", 281, "images of 14 x 10 x 2 = 280 values (height x width x channels); the rows have 281")]
    [InlineData("gru", 3, "steps of 4 values; the steps have 3")]
    [InlineData("gruAutoencoder", 5, "steps of 4 values; the steps have 5")]
    [InlineData("textCnn", 29, "steps of 30 values; the steps have 29")]
    [InlineData("textCnn, vocabulary", 30, "steps of 1 values; the steps have 30")]
    public void Rows_of_another_size_are_refused(string name, int inputSize, string expected)
    {
        using var engine = new ManagedEngine();
        var exception = Assert.Throws<ArgumentException>(() => NetworkCase.All[name].Network.Build(engine, inputSize, new Random(1)));
        Assert.Contains(expected, exception.Message);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-1)]
    [InlineData(2.5f)]
    [InlineData(float.NaN)]
    public void A_word_that_the_vocabulary_does_not_have_is_named(float word)
    {
        using var engine = new ManagedEngine();
        NetworkModule module = Network.TextCnn(wordSize: 3, embedding: 2, vocabularySize: 10).Build(engine, 1, new Random(1));
        var rows = new NetworkRows([1, 2, 3, 0, word, 9], 1, [2, 1, 3]);
        using IDisposable step = engine.BeginStep(training: false);
        string message = Assert.Throws<ArgumentException>(() => module.Forward(engine, rows.ToInput(engine))).Message;
        Assert.Contains(FormattableString.Invariant($"Word 1 (from 0) of text 2 in the batch is {word}"), message);
        Assert.Contains("0 to 9", message);
    }
}
