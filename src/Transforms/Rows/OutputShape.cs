using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Creates the schema shape of the columns that a feature transformer adds. SchemaShape.Column has no public constructor, so a stock
/// estimator creates them: a custom mapping that never runs, with an output schema defined at run time.
/// </summary>
internal static class OutputShape
{
    /// <summary>Adds columns to a schema, replacing those of the same name: vectors of Single, a predicted class and a number.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="vectors">The names; null for those not requested. At most <see cref="Pieces.MaximumVectors"/>.</param>
    /// <param name="predictedLabel">The name of the predicted class; null for none.</param>
    /// <param name="keyValues">The type of the class's key values; null for a Boolean class.</param>
    /// <param name="number">The name of a Single; null for none.</param>
    /// <param name="scores">The vector whose slots are named after the classes; null for none.</param>
    public static SchemaShape Append(
        SchemaShape schema, IEnumerable<string?> vectors, string? predictedLabel, Type? keyValues, string? number = null,
            string? scores = null)
    {
        var columns = schema.ToDictionary(existing => existing.Name);
        foreach (SchemaShape.Column added in Create(vectors, predictedLabel, keyValues, number, scores))
            columns[added.Name] = added;
        return new SchemaShape(columns.Values);
    }

    private static SchemaShape Create(
        IEnumerable<string?> vectors, string? predictedLabel, Type? keyValues, string? number, string? scores)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Output));
        SchemaDefinition.Column Take(string member, string? name, DataViewType type)
        {
            SchemaDefinition.Column column = definition.Single(candidate => candidate.MemberName == member);
            if (name is null)
            {
                definition.Remove(column);
                return column;
            }
            column.ColumnName = name;
            column.ColumnType = type;
            return column;
        }

        // A shape does not include the size, so any known size will do.
        var vector = new VectorDataViewType(NumberDataViewType.Single, 1);
        string?[] names = [.. vectors];
        string[] members = [nameof(Output.First), nameof(Output.Second), nameof(Output.Third), nameof(Output.Fourth)];
        for (int i = 0; i < members.Length; i++)
        {
            SchemaDefinition.Column column = Take(members[i], names.ElementAtOrDefault(i), vector);
            if (scores is not null && column.ColumnName == scores)
            {
                column.AddAnnotation(
                    FeatureOutput.SlotNamesKind, new VBuffer<ReadOnlyMemory<char>>(1, [default]),
                        new VectorDataViewType(TextDataViewType.Instance, 1));
            }
        }
        Take(nameof(Output.Number), number, NumberDataViewType.Single);
        Take(nameof(Output.Boolean), keyValues is null ? predictedLabel : null, BooleanDataViewType.Instance);
        SchemaDefinition.Column key = Take(nameof(Output.Key), keyValues is null ? null : predictedLabel,
            new KeyDataViewType(typeof(uint), 1));
        KeyValueTypes.Dispatch(keyValues, new AnnotateKey(key));

        return new MLContext().Transforms.CustomMapping<Nothing,
            Output>((_, _) => { }, contractName: null, outputSchemaDefinition: definition)
            .GetOutputSchema(new SchemaShape([]));
    }

    /// <summary>The type of a label's key values; null if the label is not a key.</summary>
    public static Type? KeyValuesOf(SchemaShape.Column? label) => label is not { IsKey: true } key
        ? null
        // A key without values uses its numbers as values.
        : (key.Annotations ?? new SchemaShape([])).Where(annotation => annotation.Name == KeyValueTypes.AnnotationKind)
            .Select(annotation => annotation.ItemType.RawType).FirstOrDefault(typeof(uint));

    private sealed class AnnotateKey(SchemaDefinition.Column key) : IKeyValueAction<bool>
    {
        public bool Run<T>() where T : struct
        {
            key.AddAnnotation(KeyValueTypes.AnnotationKind, new VBuffer<T>(1, [default]),
                new VectorDataViewType(KeyValueTypes.Of<T>(), 1));
            return true;
        }
    }

    private sealed class Nothing;

    private sealed class Output
    {
        public VBuffer<float> First { get; set; }
        public VBuffer<float> Second { get; set; }
        public VBuffer<float> Third { get; set; }
        public VBuffer<float> Fourth { get; set; }
        public float Number { get; set; }
        public bool Boolean { get; set; }
        public uint Key { get; set; }
    }
}
