namespace Disentangle.ML.Trainers;

/// <summary>Rows that are scaled as they are read.</summary>
internal sealed class ScaledRows(IRowSource rows, InputScaling scaling, int width) : IRowSource
{
    /// <summary>Creates scaled rows; in memory if the rows are in memory.</summary>
    public static IRowSource Of(IRowSource rows, InputScaling? scaling, int width)
    {
        if (scaling is null)
            return rows;
        if (rows is not RowStore store)
            return new ScaledRows(rows, scaling, width);
        var scaled = new RowStore();
        for (int row = 0; row < store.Count; row++)
        {
            ReadOnlySpan<float> features = store.Features(row);
            scaling.Apply(features, scaled.Add(store.Label(row), features.Length / width * scaling.OutputSize));
        }
        return scaled;
    }

    public IRowCursor Open() => new Cursor(rows.Open(), scaling, width);

    private sealed class Cursor(IRowCursor cursor, InputScaling scaling, int width) : IRowCursor
    {
        private float[] _buffer = [];

        public ReadOnlySpan<float> ReadFeatures()
        {
            ReadOnlySpan<float> features = cursor.ReadFeatures();
            int length = features.Length / width * scaling.OutputSize;
            if (_buffer.Length < length)
                _buffer = new float[length];
            scaling.Apply(features, _buffer.AsSpan(0, length));
            return _buffer.AsSpan(0, length);
        }

        public int ReadLabel() => cursor.ReadLabel();

        public bool MoveNext() => cursor.MoveNext();

        public void Dispose() => cursor.Dispose();
    }
}
