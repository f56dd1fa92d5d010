using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace EncodeParquet;

/// <summary>Columns of Parquet files: numbers and integers as they are or in lists, and texts.</summary>
public static class ParquetColumns
{
    /// <summary>The field of a column that a model reads.</summary>
    /// <exception cref="InvalidDataException">The file has no such column, or one of another type.</exception>
    public static DataField Find(ParquetSchema schema, ColumnShape shape, string file)
    {
        DataField field = Find(schema, shape.Name, file);
        Type[] types = shape.Kind switch
        {
            ColumnKind.Number => [typeof(float), typeof(double)],
            ColumnKind.Integer => [typeof(int), typeof(long)],
            _ => [typeof(ReadOnlyMemory<char>)],
        };
        if (types.Contains(field.ClrType) && field.MaxRepetitionLevel == (shape.Size == 1 ? 0 : 1))
            return field;
        (string found, string read) = (field.MaxRepetitionLevel > 0 ? "lists of " : "", shape.Size == 1 ? "" : "lists of ");
        throw new InvalidDataException($"Column '{shape.Name}' of '{file}' holds {found}{field.ClrType.Name}; "
            + $"the model reads {read}{string.Join(" or ", types.Select(type => type.Name))}.");
    }

    /// <summary>The field of a column that has one.</summary>
    /// <exception cref="InvalidDataException">The file has no such column.</exception>
    public static DataField Find(ParquetSchema schema, string name, string file) =>
        schema.DataFields.Where(field => field.Path.ToList()[0] == name).ToArray() is [var field]
            ? field
            : throw new InvalidDataException(
                $"'{file}' has no column '{name}'; its columns are {string.Join(", ", schema.Fields.Select(field => field.Name))}.");

    /// <summary>Reads a column of a row group.</summary>
    /// <exception cref="InvalidDataException">A number is null, or a list has another length than the model reads.</exception>
    public static async Task<Column> ReadAsync(ParquetRowGroupReader group, DataField field, ColumnShape shape, CancellationToken token)
    {
        using RawColumnData data = await group.ReadRawColumnDataBaseAsync(field, token);
        return data switch
        {
            RawColumnData<float> values => Numbers(values, value => value),
            RawColumnData<double> values => Numbers(values, value => (float)value),
            RawColumnData<long> values => Integers(values, value => value),
            RawColumnData<int> values => Integers(values, value => value),
            RawColumnData<ReadOnlyMemory<char>> texts => new TextColumn([.. Texts(texts, field).Select(text => text ?? "")]),
            _ => throw new NotSupportedException($"Column '{shape.Name}' holds {field.ClrType}."),
        };

        Column Numbers<T>(RawColumnData<T> values, Converter<T, float> convert) where T : struct =>
            new NumberColumn(Array.ConvertAll(values.Values.ToArray(), convert), Ends(values, field, shape));

        Column Integers<T>(RawColumnData<T> values, Converter<T, long> convert) where T : struct
        {
            // There is one in each row; this finds nulls.
            Ends(values, field, shape);
            return new IntegerColumn(Array.ConvertAll(values.Values.ToArray(), convert));
        }
    }

    /// <summary>For each row, where its values end.</summary>
    private static int[] Ends<T>(RawColumnData<T> data, DataField field, ColumnShape shape) where T : struct
    {
        ReadOnlySpan<int> definitions = field.MaxDefinitionLevel > 0 ? data.DefinitionLevels : [];
        ReadOnlySpan<int> repetitions = field.MaxRepetitionLevel > 0 ? data.RepetitionLevels : [];
        int values = 0, entries = Math.Max(definitions.Length, data.Values.Length);
        var ends = new List<int>();
        for (int i = 0; i < entries; i++)
        {
            if (i > 0 && (repetitions.Length == 0 || repetitions[i] == 0))
                ends.Add(values);
            if (definitions.Length == 0 || definitions[i] == field.MaxDefinitionLevel)
                values++;
            // Below that, a list is empty or null.
            else if (field.MaxRepetitionLevel == 0 || (field.IsNullable && definitions[i] == field.MaxDefinitionLevel - 1))
            {
                throw new InvalidDataException(
                    $"Column '{shape.Name}' is null in row {ends.Count + 1} of a row group; the model reads numbers.");
            }
        }
        if (entries > 0)
            ends.Add(values);
        for (int i = 0, start = 0; i < ends.Count; start = ends[i++])
        {
            if (shape.Size > 0 && ends[i] - start != shape.Size)
            {
                throw new InvalidDataException($"Column '{shape.Name}' has {ends[i] - start} values in row {i + 1} of a row group; "
                    + $"the model reads {shape.Size}.");
            }
        }
        return [.. ends];
    }

    private static IEnumerable<string?> Texts(RawColumnData<ReadOnlyMemory<char>> data, DataField field) => field.MaxDefinitionLevel > 0
        ? data.NullableValues.Select(text => text?.ToString())
        : data.Values.ToArray().Select(text => text.ToString());

    /// <summary>The field to write a model's output to.</summary>
    public static Field Field(ColumnShape shape) => shape switch
    {
        { Kind: ColumnKind.Integer } => new DataField<long>(shape.Name, false),
        { Kind: ColumnKind.Text } => new DataField<string>(shape.Name, false),
        { Size: 1 } => new DataField<float>(shape.Name, false),
        _ => new ListField(shape.Name, new DataField<float>(ListField.ElementName, false)),
    };

    /// <summary>Writes a column of a row group.</summary>
    public static Task WriteAsync(ParquetRowGroupWriter group, DataField field, Column column, CancellationToken token)
    {
        switch (column)
        {
            case TextColumn texts:
                return group.WriteAsync(field, texts.Values);
            case IntegerColumn integers:
                return group.WriteAsync<long>(field, integers.Values, cancellationToken: token);
            case NumberColumn numbers when field.MaxRepetitionLevel == 0:
                return group.WriteAsync<float>(field, numbers.Values, cancellationToken: token);
            default:
                var lists = (NumberColumn)column;
                int[] repetitions = new int[lists.Values.Length], definitions = new int[lists.Values.Length];
                Array.Fill(repetitions, 1);
                Array.Fill(definitions, field.MaxDefinitionLevel);
                for (int i = 0; i < lists.Rows; i++)
                    repetitions[i == 0 ? 0 : lists.Ends[i - 1]] = 0;
                return group.WriteAllPartsAsync<float>(field, lists.Values, definitions, repetitions, token);
        }
    }

    /// <summary>The field to copy another one to.</summary>
    /// <exception cref="NotSupportedException">The column holds lists or structures.</exception>
    public static DataField Copy(DataField field) => field.Path.ToList().Count == 1 && field.MaxRepetitionLevel == 0
        ? new DataField(field.Name, field.ClrType == typeof(ReadOnlyMemory<char>) ? typeof(string) : field.ClrType, field.IsNullable)
        : throw new NotSupportedException($"Column '{field.Path.ToList()[0]}' holds lists or structures; only plain columns can be kept.");

    /// <summary>Copies a column of a row group as it is.</summary>
    /// <exception cref="NotSupportedException">Its type is none that can be copied.</exception>
    public static async Task CopyAsync(
        ParquetRowGroupReader source, DataField from, ParquetRowGroupWriter target, DataField to, CancellationToken token)
    {
        using RawColumnData data = await source.ReadRawColumnDataBaseAsync(from, token);
        await (data switch
        {
            RawColumnData<int> values => Write(values),
            RawColumnData<long> values => Write(values),
            RawColumnData<float> values => Write(values),
            RawColumnData<double> values => Write(values),
            RawColumnData<bool> values => Write(values),
            RawColumnData<DateTime> values => Write(values),
            RawColumnData<ReadOnlyMemory<char>> values => target.WriteAsync(to, [.. Texts(values, from)!]),
            _ => throw new NotSupportedException($"Column '{from.Name}' holds {from.ClrType}, which cannot be kept."),
        });

        Task Write<T>(RawColumnData<T> values) where T : struct => from.MaxDefinitionLevel > 0
            ? target.WriteAsync<T>(to, values.NullableValues.ToArray(), cancellationToken: token)
            : target.WriteAsync<T>(to, values.Values.ToArray(), cancellationToken: token);
    }
}
