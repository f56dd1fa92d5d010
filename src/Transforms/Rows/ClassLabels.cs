using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The classes of a label column: converts a row's label to a class index, and a class index back to a predicted label.</summary>
internal abstract class ClassLabels
{
    /// <summary>The number of classes.</summary>
    public abstract int Count { get; }

    /// <summary>The type of the classes' values.</summary>
    public abstract Type ValueType { get; }

    /// <summary>The classes' values as text, in order.</summary>
    public abstract IEnumerable<string> Names { get; }

    /// <summary>The type of a predicted label: Boolean, or a key of UInt32.</summary>
    public abstract DataViewType Type { get; }

    /// <summary>The annotations of a column of predicted labels.</summary>
    public abstract DataViewSchema.Annotations Annotations { get; }

    /// <summary>Creates a getter of the predicted label from a function that returns the class index of the current row.</summary>
    public abstract Delegate PredictedLabelGetter(Func<int> classIndex);

    /// <summary>
    /// Creates the estimator that converts a column of class indices + 1 (UInt32), or of Booleans, to the predicted label.
    /// </summary>
    public abstract IEstimator<ITransformer> MapFromClass(MLContext ml, string outputColumnName, string numberColumnName,
        string booleanColumnName);

    /// <summary>Converts the classes to JSON for a model's header.</summary>
    public abstract JsonObject ToJson();

    /// <summary>Reads the classes of a label column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="data">For messages: which data it belongs to; null if there is only one set.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column's type is not a label type.</exception>
    public static ClassLabels Of(DataViewSchema.Column column, string? data = null)
    {
        if (column.Type is BooleanDataViewType)
            return new BooleanLabels();
        if (column.Type is not KeyDataViewType key)
            throw Schemas.WrongType(column.Name, "label", column.Type.ToString()!, LabelTypes, data);
        if (key.Count > int.MaxValue)
            throw Schemas.WrongType(column.Name, "label", column.Type.ToString()!, "a key of fewer classes", data);

        int count = (int)key.Count;
        if (column.Annotations.Schema.GetColumnOrNull(KeyValueTypes.AnnotationKind)?.Type is VectorDataViewType values
            && values.Size == count)
        {
            return KeyValueTypes.Dispatch(values.ItemType.RawType, new ReadKeyValues(column))
                ?? throw Schemas.WrongType(
                    column.Name, "label", $"{column.Type} with values of {values.ItemType}", "a key of text, numbers or Boolean", data);
        }
        return Numbers(count);
    }

    /// <summary>Creates the classes of a key with values 1, 2, ..., count.</summary>
    public static ClassLabels Numbers(int count) => new KeyLabels<uint>([.. Enumerable.Range(1, count).Select(value => (uint)value)]);

    /// <summary>Creates the classes of a key with text values.</summary>
    public static ClassLabels Texts(IEnumerable<string> values) =>
        new KeyLabels<ReadOnlyMemory<char>>([.. values.Select(text => text.AsMemory())]);

    /// <summary>Restores the classes from the result of <see cref="ToJson"/>.</summary>
    public static ClassLabels FromJson(JsonObject json)
    {
        try
        {
            string? type = (string?)json["type"];
            // Boolean without values is a Boolean column; with values, a key of Booleans.
            if (type == "Boolean" && json["values"] is null)
                return new BooleanLabels();
            return KeyValueTypes.Dispatch(type is null ? null : KeyValueTypes.Named(type),
                new ParseKeyValues(json["values"] ?? new JsonArray()))
                ?? throw new InvalidDataException($"The model's label has values of an unknown type, '{type}'.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            throw new InvalidDataException("The model is damaged: the values of its label cannot be read.", e);
        }
    }

    /// <summary>The types a label column may have, for messages.</summary>
    public const string LabelTypes = "a key (use Conversion.MapValueToKey; missing values stay unlabelled) or Boolean";

    /// <summary>Creates a reader of the current row's class index: 0, 1, ..., or -1 for none.</summary>
    public static Func<int> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is BooleanDataViewType)
        {
            ValueGetter<bool> getter = row.GetGetter<bool>(column);
            return () => { bool value = false; getter(ref value); return value ? 1 : 0; };
        }
        if (column.Type.RawType == typeof(byte))
            return ReadKey<byte>(row, column, value => value);
        if (column.Type.RawType == typeof(ushort))
            return ReadKey<ushort>(row, column, value => value);
        if (column.Type.RawType == typeof(uint))
            return ReadKey<uint>(row, column, value => (long)value);
        return ReadKey<ulong>(row, column, value => (long)value);
    }

    private static Func<int> ReadKey<T>(DataViewRow row, DataViewSchema.Column column, Func<T, long> convert) where T : struct
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () => { T value = default; getter(ref value); return (int)convert(value) - 1; };
    }

    private sealed class ReadKeyValues(DataViewSchema.Column column) : IKeyValueAction<ClassLabels>
    {
        public ClassLabels Run<T>() where T : struct
        {
            VBuffer<T> values = default;
            column.Annotations.GetValue(KeyValueTypes.AnnotationKind, ref values);
            return new KeyLabels<T>([.. values.DenseValues()]);
        }
    }

    private sealed class ParseKeyValues(JsonNode values) : IKeyValueAction<ClassLabels>
    {
        public ClassLabels Run<T>() where T : struct => typeof(T) == typeof(ReadOnlyMemory<char>)
            ? Texts(ModelJson.Read<string[]>(values))
            : new KeyLabels<T>(ModelJson.Read<T[]>(values));
    }

    private sealed class BooleanLabels : ClassLabels
    {
        public override int Count => 2;

        public override Type ValueType => typeof(bool);

        public override IEnumerable<string> Names => [bool.FalseString, bool.TrueString];

        public override DataViewType Type => BooleanDataViewType.Instance;

        public override DataViewSchema.Annotations Annotations => DataViewSchema.Annotations.Empty;

        public override Delegate PredictedLabelGetter(Func<int> classIndex) =>
            (ValueGetter<bool>)((ref bool value) => value = classIndex() == 1);

        public override IEstimator<ITransformer> MapFromClass(MLContext ml, string outputColumnName, string numberColumnName,
            string booleanColumnName) =>
            ml.Transforms.CopyColumns(outputColumnName, booleanColumnName);

        public override JsonObject ToJson() => new() { ["type"] = "Boolean" };
    }

    private sealed class KeyLabels<T>(T[] values) : ClassLabels where T : struct
    {
        public override int Count => values.Length;

        public override Type ValueType => typeof(T);

        public override IEnumerable<string> Names => values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!);

        // A key needs a count of at least 1; training requires two classes before this is used.
        public override DataViewType Type => new KeyDataViewType(typeof(uint), Math.Max(1, values.Length));

        public override DataViewSchema.Annotations Annotations
        {
            get
            {
                var builder = new DataViewSchema.Annotations.Builder();
                builder.Add(KeyValueTypes.AnnotationKind, new VectorDataViewType(KeyValueTypes.Of<T>(), values.Length),
                    (ValueGetter<VBuffer<T>>)((ref VBuffer<T> destination) => new VBuffer<T>(values.Length, values)
                        .CopyTo(ref destination)));
                return builder.ToAnnotations();
            }
        }

        public override Delegate PredictedLabelGetter(Func<int> classIndex) =>
            (ValueGetter<uint>)((ref uint value) => value = (uint)classIndex() + 1);

        public override IEstimator<ITransformer> MapFromClass(MLContext ml, string outputColumnName, string numberColumnName,
            string booleanColumnName)
        {
            IEstimator<ITransformer> toValue = typeof(T) == typeof(ReadOnlyMemory<char>)
                ? ml.Transforms.Conversion.MapValue(outputColumnName, Numbered(value => value.ToString()!), numberColumnName)
                : ml.Transforms.Conversion.MapValue(outputColumnName, Numbered(value => value), numberColumnName);
            var rows = values.Select(value => new KeyValueRow<T> { Value = value });
            SchemaDefinition schema = SchemaDefinition.Create(typeof(KeyValueRow<T>));
            schema[nameof(KeyValueRow<T>.Value)].ColumnType = KeyValueTypes.Of<T>();
            return toValue.Append(ml.Transforms.Conversion.MapValueToKey(outputColumnName,
                keyData: ml.Data.LoadFromEnumerable(rows, schema)));
        }

        public override JsonObject ToJson() => new()
        {
            ["type"] = typeof(T).Name,
            ["values"] = values is ReadOnlyMemory<char>[] texts
                ? ModelJson.Write(texts.Select(text => text.ToString()).ToArray())
                : ModelJson.Write(values),
        };

        private IEnumerable<KeyValuePair<uint, TValue>> Numbered<TValue>(Func<T, TValue> convert) =>
            values.Select((value, index) => KeyValuePair.Create((uint)index + 1, convert(value)));
    }

    private sealed class KeyValueRow<T>
    {
        public T? Value { get; set; }
    }
}
