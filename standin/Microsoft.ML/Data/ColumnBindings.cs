namespace Microsoft.ML.Data;

/// <summary>
/// The schema of an input with columns added. A column with the name of another comes right behind it and hides it; the others come at the end.
/// </summary>
internal sealed class ColumnBindings
{
    // By output column: the input column, or the complement of the added one.
    private readonly List<int> _sources;

    public ColumnBindings(DataViewSchema input, DataViewSchema.DetachedColumn[] added)
    {
        InputSchema = input;
        _sources = Enumerable.Range(0, input.Count).ToList();
        for (int i = 0; i < added.Length; i++)
        {
            int hidden = _sources.FindLastIndex(source => Column(source).Name == added[i].Name);
            _sources.Insert(hidden >= 0 ? hidden + 1 : _sources.Count, ~i);
        }
        Schema = Columns.ToSchema(_sources.Select(Column));
        AddedCount = added.Length;

        DataViewSchema.DetachedColumn Column(int source) => source >= 0 ? new DataViewSchema.DetachedColumn(input[source]) : added[~source];
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema Schema { get; }

    public int AddedCount { get; }

    /// <summary>The number of the added column that stands at an index of the output, or -1 with the input column that does.</summary>
    public int Added(int outputColumn, out int inputColumn)
    {
        int source = _sources[outputColumn];
        inputColumn = source;
        return source >= 0 ? -1 : ~source;
    }

    /// <summary>Which input columns are active in the output, and which added ones.</summary>
    public (bool[] Input, bool[] Added) Split(bool[] activeOutput)
    {
        var input = new bool[InputSchema.Count];
        var added = new bool[AddedCount];
        for (int i = 0; i < _sources.Count; i++)
        {
            if (activeOutput[i] && _sources[i] >= 0)
                input[_sources[i]] = true;
            else if (activeOutput[i])
                added[~_sources[i]] = true;
        }
        return (input, added);
    }
}
