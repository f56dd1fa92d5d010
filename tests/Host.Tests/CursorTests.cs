using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Host.Tests;

public class CursorTests
{
    private const int Rows = 1003;
    private readonly MLContext _ml = new(seed: 1);

    private static readonly string[] _kinds = ["copy", "select", "concatenate", "mapping", "chain", "filter", "cache"];

    public static TheoryData<string> Views => [.. _kinds];

    [Theory]
    [MemberData(nameof(Views))]
    public void Only_columns_that_were_asked_for_can_be_read(string kind)
    {
        IDataView view = Create(kind, new StrictView(Rows));
        DataViewSchema.Column id = view.Schema["Id"];
        using DataViewRowCursor cursor = view.GetRowCursor([id]);
        Assert.True(cursor.IsColumnActive(id));
        Assert.NotNull(cursor.GetGetter<long>(id));
        DataViewSchema.Column other = view.Schema.Last(column => column.Name != "Id");
        Assert.False(cursor.IsColumnActive(other));
        Assert.ThrowsAny<Exception>(() => GetGetter(cursor, other));
        Assert.ThrowsAny<Exception>(() => cursor.GetGetter<float>(id));
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void Each_row_comes_once_and_in_order(string kind)
    {
        IDataView view = Create(kind, new StrictView(Rows));
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => (long)i), view.GetColumn<long>("Id"));
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => (long)i), view.GetColumn<long>("Id"));
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void A_set_of_cursors_covers_each_row_once(string kind)
    {
        IDataView view = Create(kind, new StrictView(Rows));
        DataViewRowCursor[] cursors = view.GetRowCursorSet(view.Schema, 3);
        Assert.InRange(cursors.Length, 1, 3);
        var seen = new ConcurrentBag<long>();
        Parallel.ForEach(cursors, new ParallelOptions { MaxDegreeOfParallelism = cursors.Length }, cursor =>
        {
            using (cursor)
            {
                ValueGetter<long> getter = cursor.GetGetter<long>(cursor.Schema["Id"]);
                long id = 0, batch = -1;
                while (cursor.MoveNext())
                {
                    getter(ref id);
                    seen.Add(id);
                    Assert.True(cursor.Batch >= batch);
                    batch = cursor.Batch;
                }
            }
        });
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => (long)i), seen.Order());
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void Values_can_be_read_many_times_or_never(string kind)
    {
        IDataView view = Create(kind, new StrictView(20));
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        ValueGetter<long> id = cursor.GetGetter<long>(view.Schema["Id"]);
        ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        long value = 0;
        VBuffer<float> vector = default;
        for (int row = 0; row < 20; row++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(row, cursor.Position);
            for (int time = 0; time < row % 3; time++)
            {
                id(ref value);
                features(ref vector);
                Assert.Equal(row, value);
                Assert.Equal(StrictView.Vector(row), vector.DenseValues());
            }
        }
        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void Nothing_is_read_before_a_cursor_is()
    {
        var source = new StrictView(Rows);
        foreach (string kind in _kinds)
            _ = Create(kind, source).Schema;
        Assert.Empty(source.Requests);
    }

    [Fact]
    public void A_source_is_asked_for_the_columns_needed_and_no_others()
    {
        var source = new StrictView(Rows);
        IEstimator<ITransformer> estimator = _ml.Transforms.Concatenate("Both", "Features", "Features").Append(_ml.Transforms.CopyColumns("Text", "Name"));
        IDataView view = estimator.Fit(source).Transform(source);
        source.Requests.Clear();
        Assert.Equal(Rows, view.GetColumn<float[]>("Both").Count());
        Assert.All(source.Requests, columns => Assert.Equal(["Features"], columns));
    }

    [Fact]
    public void Mappings_run_in_parallel_over_a_set_of_cursors()
    {
        var source = new StrictView(Rows);
        Assert.Equal(Rows, Create("mapping", source).GetColumn<float>("Sum").Count());
        Assert.True(source.LargestSet > 1);
    }

    [Fact]
    public void An_error_on_another_thread_reaches_the_reader()
    {
        var source = new StrictView(Rows);
        void Map(Input input, Output output) => throw new ArithmeticException("row failed");
        IDataView view = _ml.Transforms.CustomMapping<Input, Output>(Map, null).Fit(source).Transform(source);
        var exception = Assert.Throws<InvalidOperationException>(() => view.GetColumn<float>("Sum").ToArray());
        Assert.Equal("Splitter/consolidator worker encountered exception while consuming source data", exception.Message);
        Assert.IsType<ArithmeticException>(exception.GetBaseException());
    }

    [Fact]
    public void A_cursor_can_be_left_before_its_end()
    {
        IDataView view = Create("chain", new StrictView(Rows));
        for (int i = 0; i < 5; i++)
        {
            using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
            Assert.True(cursor.MoveNext());
        }
        Assert.Equal(3, view.Preview(maxRows: 3).RowView.Length);
    }

    [Fact]
    public void Row_numbers_of_a_set_of_cursors_differ()
    {
        IDataView view = Create("mapping", new StrictView(Rows));
        var ids = new ConcurrentBag<DataViewRowId>();
        Parallel.ForEach(view.GetRowCursorSet(view.Schema, 2), cursor =>
        {
            using (cursor)
            {
                ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
                DataViewRowId id = default;
                while (cursor.MoveNext())
                {
                    getter(ref id);
                    ids.Add(id);
                }
            }
        });
        Assert.Equal(Rows, ids.Distinct().Count());
    }

    private static Delegate GetGetter(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType => cursor.GetGetter<VBuffer<float>>(column),
        TextDataViewType => cursor.GetGetter<ReadOnlyMemory<char>>(column),
        _ => cursor.GetGetter<float>(column),
    };

    private IDataView Create(string kind, StrictView source)
    {
        IEstimator<ITransformer> Mapping() => _ml.Transforms.CustomMapping<Input, Output>((input, output) => output.Sum = input.Features.Sum(), null);
        return kind switch
        {
            "copy" => Apply(_ml.Transforms.CopyColumns("Copy", "Features")),
            "select" => Apply(_ml.Transforms.SelectColumns("Features", "Id")),
            "concatenate" => Apply(_ml.Transforms.Concatenate("Both", "Features", "Features")),
            "mapping" => Apply(Mapping()),
            "chain" => Apply(Mapping().Append(_ml.Transforms.Concatenate("All", "Features", "Sum")).Append(_ml.Transforms.DropColumns("Name"))),
            "filter" => _ml.Data.FilterRowsByMissingValues(source, "Features"),
            "cache" => _ml.Data.Cache(source),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

        IDataView Apply(IEstimator<ITransformer> estimator) => estimator.Fit(source).Transform(source);
    }

    private sealed class Input
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Output
    {
        public float Sum { get; set; }
    }
}
