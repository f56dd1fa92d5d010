using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The columns an encoder adds, as shapes. A shape's column has no public constructor, so a stock estimator makes them: a custom mapping, never run,
/// whose output is defined at run time.
/// </summary>
internal static class OutputShape
{
    public static SchemaShape Create(AddedColumns added, SchemaShape.Column? label)
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

        // Sizes do not show in a shape; any known one will do.
        var vector = new VectorDataViewType(NumberDataViewType.Single, 1);
        Take(nameof(Output.Embedding), added.Embedding, vector);
        Take(nameof(Output.Score), added.Score, vector);
        Take(nameof(Output.Reconstruction), added.Reconstruction, vector);
        bool isKey = label is { IsKey: true };
        Take(nameof(Output.Boolean), isKey ? null : added.PredictedLabel, BooleanDataViewType.Instance);
        SchemaDefinition.Column key = Take(nameof(Output.Key), isKey ? added.PredictedLabel : null, new KeyDataViewType(typeof(uint), 1));
        // A key without values gives its numbers as values.
        Type values = (label?.Annotations ?? new SchemaShape([]))
            .Where(annotation => annotation.Name == KeyValueTypes.AnnotationKind)
            .Select(annotation => annotation.ItemType.RawType)
            .FirstOrDefault(typeof(uint));
        KeyValueTypes.Dispatch(values, new AnnotateKey(key));

        return new MLContext().Transforms.CustomMapping<Nothing, Output>((_, _) => { }, contractName: null, outputSchemaDefinition: definition)
            .GetOutputSchema(new SchemaShape([]));
    }

    private sealed class AnnotateKey(SchemaDefinition.Column key) : IKeyValueAction<bool>
    {
        public bool Run<T>() where T : struct
        {
            key.AddAnnotation(KeyValueTypes.AnnotationKind, new VBuffer<T>(1, [default]), new VectorDataViewType(KeyValueTypes.Of<T>(), 1));
            return true;
        }
    }

    private sealed class Nothing;

    private sealed class Output
    {
        public VBuffer<float> Embedding { get; set; }
        public VBuffer<float> Score { get; set; }
        public VBuffer<float> Reconstruction { get; set; }
        public bool Boolean { get; set; }
        public uint Key { get; set; }
    }
}
