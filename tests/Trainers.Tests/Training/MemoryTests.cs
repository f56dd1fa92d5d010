using Disentangle.ML.Tests;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests;

/// <summary>Tests that measure the memory of the whole process run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class MemoryCollection
{
    public const string Name = "Memory";
}

[Collection(MemoryCollection.Name)]
public class MemoryTests
{
    [Fact]
    public void Memory_does_not_grow_with_the_number_of_streamed_rows()
    {
        const int Rows = 1_000_000, BatchSize = 1000;
        var live = new Dictionary<int, long>();
        int batches = 0;
        TestOptions options = Small with
        {
            Network = Network.Mlp([], 2),
            Epochs = 1,
            BatchSize = BatchSize,
            Objective = Probe.With(Objective.CrossEntropy(), _ =>
            {
                if (++batches is 100 or 500 or 950)
                    live[batches] = GC.GetTotalMemory(forceFullCollection: true);
            }),
        };
        options.Train(new GeneratedRows(Rows), width: GeneratedRows.Width);

        Assert.Equal(Rows / BatchSize, batches);
        // 850,000 rows of 16 bytes went by. The test host's pools of arrays grow by up to a few hundred kilobytes now and then.
        Assert.InRange(live[950] - live[100], long.MinValue, 1 << 20);
        Assert.InRange(live[950] - live[500], long.MinValue, 1 << 20);
    }

    [Fact]
    public void Steps_leave_nothing_behind()
    {
        var live = new List<long>();
        TestOptions options = Small with
        {
            Network = Network.MlpAutoencoder([12], 4),
            Epochs = 60,
            Objective = Probe.With(
                Objective.Reconstruction(ReconstructionError.MeanSquared) + Objective.SoftNearestNeighbor() + Objective.Center(), context =>
                {
                    if (context.Epoch is >= 10 and < 50 && context.Engine.IsTraining)
                        live.Add(GC.GetTotalMemory(forceFullCollection: true));
                }),
        };
        options.Train(TestRows.Blobs(60));

        Assert.Equal(40 * 4, live.Count);
        // The median ignores the few steps at which a pool of arrays grows.
        long[] growth = [.. live.Skip(1).Zip(live, (later, earlier) => later - earlier).Order()];
        Assert.InRange(growth[growth.Length / 2], long.MinValue, 4 << 10);
    }

    /// <summary>Rows made as they are read.</summary>
    private sealed class GeneratedRows(int rows) : IRowSource, IRowCursor
    {
        public const int Width = 4;

        private readonly float[] _features = new float[Width];
        private int _row = -1;

        public ReadOnlySpan<float> ReadFeatures() => _features;

        public int ReadLabel() => _row % 2;

        public IRowCursor Open()
        {
            _row = -1;
            return this;
        }

        public bool MoveNext()
        {
            if (++_row >= rows)
                return false;
            for (int i = 0; i < Width; i++)
                _features[i] = (_row >> i) % 7 + _row % 2;
            return true;
        }

        public void Dispose() { }
    }
}
