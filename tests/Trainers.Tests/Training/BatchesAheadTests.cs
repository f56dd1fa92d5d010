using System.Collections.Concurrent;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers.Tests.Joint;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests;

public class BatchesAheadTests
{
    public static TheoryData<string, int> Cases => new()
    {
        { "labels", 1 }, { "labels", 3 }, { "labels", 100 }, { "neighbour contrast", 1 }, { "neighbour contrast", 2 }, { "view", 1 },
        { "two of each class", 1 }, { "sequences", 1 }, { "stream", 1 }, { "stream", 5 }, { "rows on the device", 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Batches_that_are_prepared_ahead_give_the_same_bits(string name, int ahead)
    {
        TestOptions options = Small with { ValidationFraction = 0.2, BatchesPerUpdate = 2 };
        options = name switch
        {
            "neighbour contrast" => options with { Objective = Objective.CrossEntropy() + Objective.NeighborContrast(neighbors: 4) },
            "view" => options with { Objective = Objective.NeighborContrast(neighbors: 4, view: Views.Noise(0.1f)) },
            "two of each class" => options with { Sampling = BatchSampling.TwoOfEachClass },
            "sequences" => options with { Network = Network.GruAutoencoder(2, 5, 3), Objective = Objective.Reconstruction() },
            "rows on the device" => options with { DeviceMemoryForRows = 1 << 20 },
            "stream" => options with { ShufflePoolSize = 20 },
            _ => options,
        };
        RowStore rows = name == "sequences" ? Sequences(60) : TestRows.Blobs(60, unlabelled: true);
        TrainingResult Train(int? batchesAhead) => (options with { BatchesAhead = batchesAhead }).Train(
            name == "stream" ? new StreamedRows(rows) : rows, width: name == "sequences" ? 2 : Width);
        (TrainingResult expected, TrainingResult actual) = (Train(null), Train(ahead));
        Assert.Equal(expected.Weights(), actual.Weights());
        Assert.Equal(expected.History.Comparable(), actual.History.Comparable());
    }

    [Theory]
    [InlineData(JointMode.Single)]
    [InlineData(JointMode.Joint)]
    public void Joint_autoencoders_train_the_same(JointMode mode)
    {
        JointTrainingOptions options = JointSetup.Small with { Mode = mode, Epochs = 2, BatchSize = 20, ValidationFraction = 0.2 };
        JointTrainingResult expected = JointAutoencoderTrainer.Train(JointSetup.Data(), options, seed: 0);
        JointTrainingResult actual = JointAutoencoderTrainer.Train(JointSetup.Data(), options with { BatchesAhead = 2 }, seed: 0);
        Assert.Equal(expected.Weights(), actual.Weights());
        Assert.Equal(expected.History.Comparable(), actual.History.Comparable());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void No_more_batches_are_prepared_than_asked_for(int ahead)
    {
        int prepared = 0;
        var batches = new BatchesAhead<RowBatch>(ahead, NewBatch);
        using IEnumerator<RowBatch> source = batches.Of(Endless(() => Interlocked.Increment(ref prepared))).GetEnumerator();
        for (int taken = 1; taken <= 5; taken++)
        {
            Assert.True(source.MoveNext());
            Assert.Equal(taken, source.Current.Values[0]);
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref prepared) == taken + ahead, TimeSpan.FromSeconds(30)));
            Thread.Sleep(20);
            Assert.Equal(taken + ahead, prepared);
            // What is prepared meanwhile must not change the batch at hand.
            Assert.Equal(taken, source.Current.Values[0]);
        }
    }

    [Fact]
    public void The_thread_ends_with_the_enumeration_however_it_ends()
    {
        var batches = new BatchesAhead<RowBatch>(2, NewBatch);
        Thread? reader = null;
        IEnumerable<RowBatch> source = batches.Of(Endless(() => reader = Thread.CurrentThread));
        foreach (RowBatch _ in source)
            break;
        AssertEnded();
        Assert.Throws<InvalidTimeZoneException>(() =>
        {
            foreach (RowBatch _ in source)
                throw new InvalidTimeZoneException();
        });
        AssertEnded();
        foreach (RowBatch _ in batches.Of(Endless(() => reader = Thread.CurrentThread).Take(3)))
            continue;
        AssertEnded();

        void AssertEnded()
        {
            Assert.NotSame(Thread.CurrentThread, reader);
            Assert.False(reader!.IsAlive);
        }
    }

    [Fact]
    public void On_a_device_with_memory_of_its_own_a_batch_is_prepared_ahead_unless_the_device_holds_all_rows()
    {
        Assert.True(IsAhead(new StreamedRows(TestRows.Blobs(60)), Small with { Device = new UploadCounter() }));
        Assert.False(IsAhead(new StreamedRows(TestRows.Blobs(60)), Small with { Device = new UploadCounter(), BatchesAhead = 0 }));
        Assert.False(IsAhead(new StreamedRows(TestRows.Blobs(60)), Small));
        Assert.True(IsAhead(new StreamedRows(TestRows.Blobs(60)), Small with { BatchesAhead = 1 }));
        TestOptions pairs = Small with { Device = new UploadCounter(), Objective = Objective.NeighborContrast(neighbors: 4) };
        Assert.True(Seen(pairs with { Objective = Objective.NeighborContrast(neighbors: 4, view: new ThreadView()) }));
        Assert.False(Seen(Small with { Objective = Objective.NeighborContrast(neighbors: 4, view: new ThreadView()) }));

        static bool IsAhead(IRowSource rows, TestOptions options)
        {
            var watched = new FaultyRows(rows);
            (options with { Epochs = 1 }).Train(watched);
            return watched.Threads.Last() != Thread.CurrentThread;
        }

        static bool Seen(TestOptions options)
        {
            ThreadView.Names.Clear();
            (options with { Epochs = 1, Threads = 1 }).Train(TestRows.Blobs(60));
            return ThreadView.Names.Contains("Batches ahead");
        }
    }

    [Theory]
    [InlineData("opened", 0)]
    [InlineData("opened", 3)]
    [InlineData("read", 5)]
    [InlineData("read", 59)]
    [InlineData("read", 60 + 25)]
    public void A_fault_of_the_rows_reaches_the_caller_unchanged(string when, int count)
    {
        foreach (int ahead in new[] { 0, 1, 4 })
        {
            var fault = new InvalidTimeZoneException("The rows are gone.");
            var rows = new FaultyRows(TestRows.Blobs(60))
            {
                OnOpen = open => ThrowIf(when == "opened" && open == count),
                OnRow = row => ThrowIf(when == "read" && row == count),
            };
            void ThrowIf(bool condition)
            {
                if (condition)
                    throw fault;
            }
            int steps = 0;
            TestOptions options = Small with
            {
                BatchesAhead = ahead, ShufflePoolSize = 1, Objective = Probe.With(Small.Objective, _ => Interlocked.Increment(ref steps)),
            };
            Assert.Same(fault, Assert.Throws<InvalidTimeZoneException>(() => options.Train(rows)));
            // A pool of 1 row delays a row by one.
            int expected = when == "opened" ? 4 * count : count < 60 ? (count - 1) / 16 : 4 + (count - 60 - 1) / 16;
            Assert.Equal(expected, steps);
            rows.AssertClosed();
        }
    }

    [Fact]
    public void A_fault_of_a_view_reaches_the_caller_as_without_batches_ahead()
    {
        Exception[] thrown = [.. new[] { 0, 1 }.Select(ahead => Record.Exception(() => (Small with
        {
            BatchesAhead = ahead, Objective = Objective.NeighborContrast(neighbors: 4, view: new BrokenView()),
        }).Train(TestRows.Blobs(60)))!)];
        Assert.Equal(thrown[0].GetType(), thrown[1].GetType());
        Assert.Equal(thrown[0].Message, thrown[1].Message);
        Assert.Contains("The view is broken.", thrown[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void Cancellation_stops_within_the_batch_and_closes_the_rows(int cancelledIn)
    {
        using var source = new CancellationTokenSource();
        int steps = 0;
        var rows = new FaultyRows(TestRows.Blobs(60));
        TestOptions options = Small with
        {
            BatchesAhead = 2,
            CancellationToken = source.Token,
            Objective = Probe.With(Small.Objective, _ =>
            {
                if (++steps == cancelledIn)
                    source.Cancel();
            }),
        };
        if (cancelledIn < 4)
        {
            Assert.Equal(source.Token, Assert.Throws<OperationCanceledException>(() => options.Train(rows)).CancellationToken);
        }
        else
        {
            TrainingResult result = options.Train(rows);
            Assert.Equal((StopReason.Cancelled, cancelledIn / 4), (result.StopReason, result.History.Count));
        }
        Assert.Equal(cancelledIn, steps);
        rows.AssertClosed();
    }

    [Fact]
    public void Time_that_is_over_closes_the_rows()
    {
        var rows = new FaultyRows(TestRows.Blobs(60));
        TestOptions options = Small with { BatchesAhead = 2, MaximumTime = TimeSpan.FromTicks(1) };
        Assert.Throws<TimeoutException>(() => options.Train(rows));
        rows.AssertClosed();
    }

    [Fact]
    public void A_fault_of_a_loss_closes_the_rows()
    {
        var rows = new FaultyRows(TestRows.Blobs(60));
        TestOptions options = Small with
        {
            BatchesAhead = 2, Objective = Probe.With(Small.Objective, _ => throw new InvalidTimeZoneException("The loss is broken.")),
        };
        Assert.Throws<InvalidTimeZoneException>(() => options.Train(rows));
        rows.AssertClosed();
    }

    private static RowBatch NewBatch() => new(new InputShape(1, IsSequence: false));

    /// <summary>Batches of one row, their number from 1.</summary>
    private static IEnumerable<RowBatch> Endless(Action prepared)
    {
        RowBatch batch = NewBatch();
        for (int i = 1; ; i++)
        {
            batch.Clear();
            batch.Add([i]);
            prepared();
            yield return batch;
        }
    }

    /// <summary>Streamed rows that may throw, and that know which threads read them and whether all cursors were disposed.</summary>
    private sealed class FaultyRows(IRowSource rows) : IRowSource
    {
        private int _opened;
        private int _closed;
        private int _rows;

        public Action<int> OnOpen { get; init; } = _ => { };

        public Action<int> OnRow { get; init; } = _ => { };

        public ConcurrentQueue<Thread> Threads { get; } = [];

        public IRowCursor Open()
        {
            Threads.Enqueue(Thread.CurrentThread);
            OnOpen(_opened);
            _opened++;
            return new Cursor(this, rows.Open());
        }

        public void AssertClosed()
        {
            Assert.Equal(_opened, _closed);
            Assert.DoesNotContain(Threads, thread => thread != Thread.CurrentThread && thread.IsAlive);
        }

        private sealed class Cursor(FaultyRows faulty, IRowCursor cursor) : IRowCursor
        {
            public bool MoveNext() => cursor.MoveNext();

            public ReadOnlySpan<float> ReadFeatures()
            {
                faulty.OnRow(faulty._rows++);
                return cursor.ReadFeatures();
            }

            public int ReadLabel() => cursor.ReadLabel();

            public void Dispose()
            {
                faulty._closed++;
                cursor.Dispose();
            }
        }
    }

    private sealed record ThreadView : IRowView
    {
        public static ConcurrentBag<string?> Names { get; } = [];

        public float[] Change(ReadOnlySpan<float> row, Random random)
        {
            Names.Add(Thread.CurrentThread.Name);
            return row.ToArray();
        }
    }

    private sealed record BrokenView : IRowView
    {
        public float[] Change(ReadOnlySpan<float> row, Random random) => throw new InvalidTimeZoneException("The view is broken.");
    }
}
