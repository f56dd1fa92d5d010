using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace EncodeParquet;

/// <summary>A pipeline saved by <see cref="DisentangleModel.Save"/>.</summary>
public sealed class ZipModel : IModel
{
    private readonly ITransformer _transformer;
    private readonly DataViewSchema _schema;

    /// <summary>Reads a model.</summary>
    /// <param name="path">The zip.</param>
    /// <param name="outputs">The columns to give; empty for all that the pipeline adds.</param>
    /// <exception cref="InvalidDataException">The file holds no model, or no input schema, or the model gives no such column.</exception>
    public ZipModel(string path, IReadOnlyList<string> outputs)
    {
        _transformer = DisentangleModel.Load(new MLContext(), path, out DataViewSchema? schema).Transformer;
        _schema = schema ?? throw new InvalidDataException($"'{path}' was saved without the schema of its input; save it with one.");
        DataViewSchema all = _transformer.GetOutputSchema(_schema);
        DataViewSchema.Column[] given = outputs.Count == 0
            ? [.. all.Where(column => !column.IsHidden && _schema.GetColumnOrNull(column.Name) is null)]
            : [.. outputs.Select(name => all.GetColumnOrNull(name) ?? throw new InvalidDataException($"'{path}' gives no column '{name}'; "
                + $"its columns are {string.Join(", ", all.Where(column => !column.IsHidden).Select(column => column.Name))}."))];
        Outputs = [.. given.Select(Shape)];
        Inputs = [.. _transformer.GetRowToRowMapper(_schema).GetDependencies(given).Select(Shape)];
    }

    public IReadOnlyList<ColumnShape> Inputs { get; }

    public IReadOnlyList<ColumnShape> Outputs { get; }

    public IReadOnlyList<Column> Run(IReadOnlyList<Column> inputs)
    {
        var view = new RowGroupView(_schema, Inputs.Zip(inputs).ToDictionary(pair => _schema[pair.First.Name].Index, pair => pair.Second));
        IDataView scored = _transformer.Transform(view);
        DataViewSchema.Column[] columns = [.. Outputs.Select(output => scored.Schema[output.Name])];
        using DataViewRowCursor cursor = scored.GetRowCursor(columns);
        (Action Read, Func<Column> Result)[] collectors = [.. columns.Select(column => Collect(cursor, column))];
        while (cursor.MoveNext())
        {
            foreach ((Action read, _) in collectors)
                read();
        }
        return [.. collectors.Select(collector => collector.Result())];
    }

    public void Dispose() => (_transformer as IDisposable)?.Dispose();

    private static ColumnShape Shape(DataViewSchema.Column column) => column.Type switch
    {
        NumberDataViewType { RawType: var type } when type == typeof(float) => new(column.Name, ColumnKind.Number, 1),
        VectorDataViewType { ItemType: NumberDataViewType { RawType: var type }, Size: var size } when type == typeof(float) =>
            new(column.Name, ColumnKind.Number, size),
        KeyDataViewType { RawType: var type } when type == typeof(uint) => new(column.Name, ColumnKind.Integer, 1),
        TextDataViewType => new(column.Name, ColumnKind.Text, 1),
        var other => throw new NotSupportedException(
            $"Column '{column.Name}' is {other}; Single, vectors of Single, keys and texts are supported."),
    };

    private static (Action Read, Func<Column> Result) Collect(DataViewRow row, DataViewSchema.Column column)
    {
        switch (column.Type)
        {
            case VectorDataViewType:
            {
                ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
                VBuffer<float> buffer = default;
                var values = new List<float>();
                var ends = new List<int>();
                return (() => { getter(ref buffer); values.AddRange(buffer.DenseValues()); ends.Add(values.Count); },
                    () => new NumberColumn([.. values], [.. ends]));
            }
            case KeyDataViewType:
            {
                ValueGetter<uint> getter = row.GetGetter<uint>(column);
                uint value = 0;
                var values = new List<long>();
                return (() => { getter(ref value); values.Add(value); }, () => new IntegerColumn([.. values]));
            }
            case TextDataViewType:
            {
                ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
                ReadOnlyMemory<char> value = default;
                var values = new List<string>();
                return (() => { getter(ref value); values.Add(value.ToString()); }, () => new TextColumn([.. values]));
            }
            default:
            {
                ValueGetter<float> getter = row.GetGetter<float>(column);
                float value = 0;
                var values = new List<float>();
                return (() => { getter(ref value); values.Add(value); },
                    () => new NumberColumn([.. values], [.. Enumerable.Range(1, values.Count)]));
            }
        }
    }
}
