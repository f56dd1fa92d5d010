namespace Microsoft.ML.Data;

/// <summary>The rows in a random order: each comes from a pool at random, into which the source's next row goes. The same order at each pass.</summary>
internal sealed class ShuffleView(IDataView source, int seed, int poolSize, bool shuffleSource) : TransformView(source)
{
    public override DataViewSchema Schema => Source.Schema;

    public override bool CanShuffle => true;

    protected override bool RunsInParallel => false;

    public override long? GetRowCount() => Source.GetRowCount();

    protected override DataViewRowCursor GetRowCursor(bool[] active, Random random)
    {
        Random rand = random ?? new Random(seed);
        Random sourceRandom = shuffleSource && Source.CanShuffle ? new Random(rand.Next()) : null;
        return new Cursor(Source.GetRowCursor(Columns.Where(Schema, active), sourceRandom), Schema, active, rand, poolSize);
    }

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema schema, bool[] active, Random random, int poolSize) : RootCursor(schema, active)
    {
        private readonly List<(RowBatch Batch, int Row)> _pool = [];
        private RowBatchReader _reader;
        private RowBatch _next;
        private int _nextRow;
        private bool _more;
        private (RowBatch Batch, int Row) _current;

        protected override DataViewRowId CurrentId => _current.Batch.RowIds[_current.Row];

        protected override bool MoveNextCore()
        {
            if (_reader is null)
            {
                _reader = new RowBatchReader(input);
                _more = input.MoveNext();
            }
            while (_pool.Count < poolSize && ReadRow(out var row))
                _pool.Add(row);
            if (_pool.Count == 0)
                return false;
            int chosen = random.Next(_pool.Count);
            _current = _pool[chosen];
            _pool[chosen] = _pool[^1];
            _pool.RemoveAt(_pool.Count - 1);
            return true;
        }

        protected override Delegate CreateGetter(DataViewSchema.Column column) => RowBatch.CreateGetter(column, () =>
        {
            CheckGood();
            return _current;
        });

        private bool ReadRow(out (RowBatch, int) row)
        {
            if (_next is null || _nextRow == _next.Count)
            {
                _next = _more ? _reader.Read(0, ref _more) : null;
                _nextRow = 0;
            }
            row = (_next, _nextRow++);
            return _next is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
