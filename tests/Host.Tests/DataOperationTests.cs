using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Host.Tests;

public class DataOperationTests
{
    private const int Rows = 1000;
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void A_split_has_each_row_once_and_about_the_sizes_asked_for()
    {
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(Numbers(), testFraction: 0.2);
        int[] train = Ids(split.TrainSet), test = Ids(split.TestSet);
        Assert.Equal(Enumerable.Range(0, Rows), train.Concat(test).Order());
        Assert.InRange(test.Length, 150, 250);
        Assert.Equal(["Id", "Group"], split.TrainSet.Schema.Where(column => !column.IsHidden).Select(column => column.Name));
    }

    [Fact]
    public void A_split_is_the_same_for_the_same_seed()
    {
        int[] first = Ids(_ml.Data.TrainTestSplit(Numbers(), 0.3, seed: 5).TestSet);
        Assert.Equal(first, Ids(_ml.Data.TrainTestSplit(Numbers(), 0.3, seed: 5).TestSet));
        Assert.NotEqual(first, Ids(_ml.Data.TrainTestSplit(Numbers(), 0.3, seed: 6).TestSet));
        IDataView test = _ml.Data.TrainTestSplit(Numbers(), 0.3).TestSet;
        Assert.Equal(Ids(test), Ids(test));
    }

    [Fact]
    public void Rows_with_the_same_sampling_key_stay_together()
    {
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(Numbers(), 0.5, samplingKeyColumnName: "Group");
        string[] train = split.TrainSet.GetColumn<string>("Group").Distinct().ToArray();
        string[] test = split.TestSet.GetColumn<string>("Group").Distinct().ToArray();
        Assert.Empty(train.Intersect(test));
        Assert.Equal(20, train.Length + test.Length);
        Assert.InRange(test.Length, 4, 16);
    }

    [Fact]
    public void A_fraction_must_lie_between_0_and_1()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(Numbers(), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(Numbers(), 0.1, samplingKeyColumnName: "Nothing"));
    }

    [Fact]
    public void A_shuffle_permutes_the_rows_and_its_seed_says_how()
    {
        int[] shuffled = Ids(_ml.Data.ShuffleRows(Numbers(), seed: 3));
        Assert.NotEqual(Enumerable.Range(0, Rows), shuffled);
        Assert.Equal(Enumerable.Range(0, Rows), shuffled.Order());
        Assert.Equal(shuffled, Ids(_ml.Data.ShuffleRows(Numbers(), seed: 3)));
        Assert.NotEqual(shuffled, Ids(_ml.Data.ShuffleRows(Numbers(), seed: 4)));
    }

    [Fact]
    public void A_shuffle_keeps_the_values_of_a_row_together()
    {
        IDataView shuffled = _ml.Data.ShuffleRows(Numbers(), seed: 3);
        Assert.All(_ml.Data.CreateEnumerable<Number>(shuffled, reuseRowObject: false), row => Assert.Equal($"group {row.Id % 20}", row.Group));
    }

    [Fact]
    public void A_cache_reads_each_column_of_its_source_once()
    {
        var source = new StrictView(Rows);
        IDataView cache = _ml.Data.Cache(source);
        Assert.Empty(source.Requests);
        for (int i = 0; i < 3; i++)
            Assert.Equal(Rows, cache.GetColumn<long>("Id").Count());
        Assert.Single(source.Requests, columns => columns.Contains("Id"));
        Assert.DoesNotContain(source.Requests, columns => columns.Contains("Features"));
        Assert.Equal(Rows, cache.GetRowCount());
        Assert.True(cache.CanShuffle);
    }

    [Fact]
    public void A_cache_holds_the_values()
    {
        IDataView cache = _ml.Data.Cache(new StrictView(Rows), "Id");
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => StrictView.Vector(i)), cache.GetColumn<float[]>("Features"));
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => $"row {i}"), cache.GetColumn<string>("Name"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.Cache(new StrictView(Rows), "Nothing"));
    }

    [Fact]
    public void A_cache_can_be_read_in_a_random_order()
    {
        IDataView cache = _ml.Data.Cache(Numbers());
        using DataViewRowCursor cursor = cache.GetRowCursor(cache.Schema, new Random(1));
        ValueGetter<int> getter = cursor.GetGetter<int>(cache.Schema["Id"]);
        var ids = new List<int>();
        int id = 0;
        while (cursor.MoveNext())
        {
            getter(ref id);
            ids.Add(id);
        }
        Assert.NotEqual(Enumerable.Range(0, Rows), ids);
        Assert.Equal(Enumerable.Range(0, Rows), ids.Order());
    }

    [Fact]
    public void Rows_can_be_skipped_and_taken()
    {
        Assert.Equal([0, 1, 2], Ids(_ml.Data.TakeRows(Numbers(), 3)));
        Assert.Equal([998, 999], Ids(_ml.Data.SkipRows(Numbers(), 998)));
        Assert.Equal([5, 6], Ids(_ml.Data.TakeRows(_ml.Data.SkipRows(Numbers(), 5), 2)));
        Assert.Empty(Ids(_ml.Data.SkipRows(Numbers(), 2000)));
        Assert.Equal(3, _ml.Data.TakeRows(Numbers(), 3).GetRowCount());
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TakeRows(Numbers(), 0));
    }

    [Fact]
    public void Rows_with_missing_values_can_be_left_out()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(new Missing[]
        {
            new() { Number = 1, Vector = [1, 2], Key = 0 },
            new() { Number = float.NaN, Vector = [1, 2], Key = 0 },
            new() { Number = 2, Vector = [1, float.NaN], Key = 0 },
            new() { Number = 3, Vector = [1, 2], Key = 9 },
        });
        Assert.Equal([1f, 2f, 3f], _ml.Data.FilterRowsByMissingValues(data, "Number").GetColumn<float>("Number"));
        Assert.Equal([1f, 3f], _ml.Data.FilterRowsByMissingValues(data, "Number", "Vector").GetColumn<float>("Number"));
        Assert.Equal([1f], _ml.Data.FilterRowsByMissingValues(data, "Number", "Vector", "Key").GetColumn<float>("Number"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByMissingValues(data, "Nothing"));
    }

    private static int[] Ids(IDataView data) => data.GetColumn<int>("Id").ToArray();

    private IDataView Numbers()
        => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new Number { Id = i, Group = $"group {i % 20}" }).ToArray());

    private sealed class Number
    {
        public int Id { get; set; }

        public string Group { get; set; } = "";
    }

    private sealed class Missing
    {
        public float Number { get; set; }

        [VectorType(2)]
        public float[] Vector { get; set; } = [];

        [KeyType(3)]
        public uint Key { get; set; }
    }
}
