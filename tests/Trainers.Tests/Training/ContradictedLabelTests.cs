using Disentangle.ML.Tests;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests;

/// <summary>Training that ignores labels which a row's neighbours contradict.</summary>
public class ContradictedLabelTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Wrong_labels_count_as_missing_and_no_other(bool ignore)
    {
        // Row 7 i has the other class's label; row 5 has none.
        RowStore rows = TestRows.Blobs(200);
        var wrong = new RowStore();
        for (int row = 0; row < rows.Count; row++)
        {
            int label = row == 5 ? -1 : row % 7 == 0 ? 1 - rows.Label(row) : rows.Label(row);
            Span<float> features = wrong.Add(label, Width + 1);
            rows.Features(row).CopyTo(features);
            features[Width] = row * 1e-6f;
        }
        var seen = new SortedDictionary<int, int>();
        Objective objective = Probe.With(Objective.CrossEntropy(), context =>
        {
            for (int i = 0; i < context.Rows; i++)
                seen[(int)MathF.Round(context.Features[(i * (Width + 1)) + Width] * 1e6f)] = context.Labels[i];
        });
        (Small with { Objective = objective, Epochs = 1, IgnoreContradictedLabels = ignore }).Train(wrong, width: Width + 1);

        int[] expected = [.. Enumerable.Range(0, 200).Select(row => ignore && row % 7 == 0 ? -1 : wrong.Label(row))];
        Assert.Equal(expected, seen.Values);
    }

    [Fact]
    public void Says_how_many_labels_it_ignores()
    {
        var messages = new List<string>();
        TestOptions options = Small with { Epochs = 1, IgnoreContradictedLabels = true };
        EncoderTrainer.Train(new TrainingData(TestRows.Blobs(60), Width, 2), options, seed: 1, onMessage: messages.Add);
        Assert.Contains("0 of 60 labels are contradicted by their neighbours and treated as missing.", messages);
    }

    [Fact]
    public void Sequences_are_compared_too()
    {
        TestOptions options = Small with { Network = Network.Gru(2, hidden: 4, embedding: 4), Epochs = 1, IgnoreContradictedLabels = true };
        Assert.Single(options.Train(Sequences(40), width: 2).History);
    }

    [Fact]
    public void Streams_and_word_numbers_are_refused()
    {
        TestOptions options = Small with { IgnoreContradictedLabels = true };
        var streamed = Assert.Throws<ArgumentException>(() => options.Train(new StreamedRows(TestRows.Blobs(20))));
        Assert.Contains("IgnoreContradictedLabels searches for neighbours, which needs rows in memory", streamed.Message,
            StringComparison.Ordinal);
        var cached = Assert.Throws<ArgumentException>(() => (options with { CacheInMemory = false }).Validate());
        Assert.Contains("IgnoreContradictedLabels needs rows in memory", cached.Message, StringComparison.Ordinal);
    }
}
