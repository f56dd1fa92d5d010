using Disentangle.ML.Tests;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests;

public class BatchesTests
{
    public static TheoryData<bool, int, int> Sizes => new()
    {
        { false, 4096, 1 }, { false, 4096, 16 }, { false, 4096, 101 }, { false, 4096, 1000 },
        { true, 1, 16 }, { true, 7, 16 }, { true, 40, 1 }, { true, 101, 16 }, { true, 4096, 16 }, { true, int.MaxValue, 1000 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void An_epoch_gives_every_row_once_with_its_label_and_another_order_each_time(bool streamed, int pool, int batchSize)
    {
        RowStore rows = Numbered(101, label: row => row % 5 - 1);
        Batches batches = Create(streamed ? new StreamedRows(rows) : rows, Small with { ShufflePoolSize = pool, BatchSize = batchSize });
        int[][] epochs = [.. Enumerable.Range(0, 3).Select(epoch => Rows(batches, epoch))];

        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, 101), epoch.Order()));
        // A pool of one row cannot shuffle.
        Assert.Equal(pool == 1 ? 1 : 3, epochs.Select(epoch => string.Join(' ', epoch)).Distinct().Count());
        Assert.Equal(epochs[1], Rows(batches, 1));
        Assert.Equal(epochs[2],
            Rows(Create(streamed ? new StreamedRows(rows) : rows, Small with { ShufflePoolSize = pool, BatchSize = batchSize }), 2));

        foreach ((int count, int[] labels, int[] numbers) in All(batches, 0).SkipLast(1))
        {
            Assert.Equal(Math.Min(101, batchSize), count);
            Assert.Equal(numbers.Select(row => row % 5 - 1), labels);
        }
        Assert.Equal((101 + (batchSize - 1)) / batchSize, All(batches, 0).Count);
        Assert.Equal(streamed ? null : (101 + (batchSize - 1)) / batchSize, batches.Count);
    }

    [Fact]
    public void A_pass_that_was_broken_off_leaves_nothing_behind()
    {
        Batches batches = Create(new StreamedRows(Numbered(101)), Small with { ShufflePoolSize = 30 });
        int[] whole = Rows(batches, 1);
        var batch = new RowBatch(new InputShape(2, IsSequence: false));
        Assert.Equal(3, batches.Epoch(0, batch).Take(3).Count());
        Assert.Equal(whole, Rows(batches, 1));
    }

    [Fact]
    public void Sequences_of_different_lengths_are_streamed_unharmed()
    {
        RowStore rows = Sequences(100);
        var shape = new InputShape(2, IsSequence: true);
        var batch = new RowBatch(shape);
        Batches batches = Create(new StreamedRows(rows), Small with { ShufflePoolSize = 10, BatchSize = 1 });
        var seen = new List<string>();
        for (int epoch = 0; epoch < 2; epoch++)
        {
            seen.Clear();
            foreach (RowBatch filled in batches.Epoch(epoch, batch))
                seen.Add(string.Join(' ', filled.Values.ToArray()));
            Assert.Equal(Enumerable.Range(0, 100).Select(row => string.Join(' ', rows.Features(row).ToArray())).Order(), seen.Order());
        }
    }

    [Fact]
    public void Streamed_training_reads_the_rows_once_an_epoch_and_gives_the_same_bits_for_any_threads()
    {
        RowStore rows = TestRows.Blobs(300, width: 40);
        TestOptions options = Small with { ShufflePoolSize = 50, Network = Network.Mlp([64], 8) };
        float[][] Weights(int threads)
        {
            var streamed = new StreamedRows(rows);
            float[][] weights = (options with { Threads = threads }).Train(streamed, width: 40).Weights();
            Assert.Equal(options.Epochs, streamed.Passes);
            return weights;
        }
        float[][] one = Weights(1);
        Assert.Equal(one, Weights(2));
        Assert.Equal(one, Weights(3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(50)]
    [InlineData(1000)]
    public void The_sampler_gives_two_rows_of_each_class_that_has_two(int batchSize)
    {
        // Class 0 has one row, class 1 two, class 2 three, class 3 many; most rows have no label.
        int[] few = [0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3];
        RowStore rows = Numbered(200, label: row => row % 14 == 0 && row / 14 < few.Length ? few[row / 14] : -1);
        Batches batches = Create(rows, Small with { Sampling = BatchSampling.TwoOfEachClass, BatchSize = batchSize });

        for (int epoch = 0; epoch < 3; epoch++)
        {
            var filled = All(batches, epoch);
            Assert.Equal((200 + batchSize - 1) / batchSize, filled.Count);
            Assert.All(filled, batch =>
            {
                for (int label = 1; label <= 3; label++)
                    Assert.True(batch.Labels.Count(other => other == label) >= 2);
                Assert.Equal(batch.Rows.Length, batch.Rows.Distinct().Count());
                Assert.InRange(batch.Count, 1, batchSize + 6);
            });
            Assert.Equal(Enumerable.Range(0, 200), filled.SelectMany(batch => batch.Rows).Distinct().Order());
        }
    }

    [Fact]
    public void What_the_sampler_gives_depends_on_the_epoch_only()
    {
        RowStore rows = Numbered(90, label: row => row % 9 == 0 ? row / 9 % 2 : -1);
        TestOptions options = Small with { Sampling = BatchSampling.TwoOfEachClass, BatchSize = 10 };
        Batches batches = Create(rows, options);
        int[] second = Rows(batches, 1);
        Rows(batches, 0);
        Assert.Equal(second, Rows(batches, 1));
        Assert.Equal(second, Rows(Create(rows, options), 1));
        Assert.NotEqual(second, Rows(batches, 2));
    }

    [Fact]
    public void The_sampler_takes_none_of_the_validation_rows()
    {
        RowStore rows = Numbered(100, label: row => row % 10 < 2 ? row % 2 : -1);
        var partition = new RowPartition(0.4, 1);
        Batches batches =
            Batches.Create(rows, partition, Small with { Sampling = BatchSampling.TwoOfEachClass, BatchSize = 5 }, pairs: null, seed: 1);
        Assert.DoesNotContain(Rows(batches, 0), row => partition.Validates(row));
    }

    [Fact]
    public void The_sampler_needs_rows_in_memory() => Assert.Contains("TwoOfEachClass", Assert.Throws<ArgumentException>(() =>
        (Small with { Sampling = BatchSampling.TwoOfEachClass }).Train(new StreamedRows(TestRows.Blobs(60)))).Message);

    private static Batches Create(IRowSource rows, TestOptions options) => Batches.Create(rows, default, options, pairs: null, seed: 1);

    private static int[] Rows(Batches batches, int epoch) => [.. All(batches, epoch).SelectMany(batch => batch.Rows)];

    private static List<(int Count, int[] Labels, int[] Rows)> All(Batches batches, int epoch)
    {
        var all = new List<(int, int[], int[])>();
        foreach (RowBatch batch in batches.Epoch(epoch, new RowBatch(new InputShape(2, IsSequence: false))))
            all.Add((batch.Count, batch.Labels.ToArray(), Probe.RowsOf(batch.Values, batch.Count)));
        return all;
    }
}
