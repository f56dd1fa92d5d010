using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Checks of columns, and the exceptions for what is wrong with them.</summary>
internal static class Schemas
{
    /// <summary>What a feature column must be.</summary>
    public const string FeatureTypes = "a vector of Single of known size";

    public static DataViewSchema.Column Column(DataViewSchema schema, string name, string role) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, role, schema.Where(column => !column.IsHidden).Select(column => column.Name));

    public static SchemaShape.Column Column(SchemaShape schema, string name, string role)
    {
        foreach (SchemaShape.Column column in schema)
        {
            if (column.Name == name)
                return column;
        }
        throw Missing(name, role, schema.Select(column => column.Name));
    }

    /// <summary>The size of a feature column.</summary>
    public static int FeatureSize(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { ItemType: NumberDataViewType { RawType: var item }, Size: var size } || item != typeof(float))
            throw WrongType(column.Name, "feature", column.Type.ToString()!, FeatureTypes);
        if (size == 0)
            throw WrongType(column.Name, "feature", $"{column.Type} of unknown size", FeatureTypes + ", for example by [VectorType(784)] on its property");
        return size;
    }

    /// <summary>The features of a row must be as many as the encoder was trained on.</summary>
    public static ArgumentOutOfRangeException WrongSize(string name, int size, int expected) =>
        new("inputSchema", $"The feature column '{name}' has {size} values; the encoder was trained on {expected}.");

    public static ArgumentOutOfRangeException WrongType(string name, string role, string actual, string expected) =>
        new("inputSchema", $"The {role} column '{name}' is {actual}; it must be {expected}.");

    private static ArgumentOutOfRangeException Missing(string name, string role, IEnumerable<string> there) =>
        new("inputSchema", $"There is no {role} column '{name}'. The data have: {string.Join(", ", there)}.");
}
