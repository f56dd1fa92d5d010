using Disentangle.ML.Evaluators;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Finds and checks columns, and creates the exceptions for invalid ones.</summary>
internal static class Schemas
{
    /// <summary>Creates the exception for a feature column of another type.</summary>
    /// <param name="name">The name of the column.</param>
    /// <param name="actual">Its type.</param>
    /// <param name="stepSize">The number of values in a step of a sequence; null for a vector of known size.</param>
    /// <param name="advice">From <see cref="VectorAdvice"/>.</param>
    /// <param name="data">For messages: which data this is; null if there is only one set.</param>
    public static ArgumentOutOfRangeException NotFeatures(string name, string actual, int? stepSize, string advice, string? data = null) =>
        WrongType(name, "feature", actual, stepSize is { } step
            ? $"a vector of Single that holds the concatenated steps of a sequence, {step} values each"
            : $"a vector of Single of known size{advice}", data);

    /// <summary>Finds a column.</summary>
    /// <param name="schema">The schema to search.</param>
    /// <param name="name">The name of the column.</param>
    /// <param name="role">What the column holds, for messages.</param>
    /// <param name="data">For messages: which data this is, such as "validation data"; null if there is only one set.</param>
    /// <param name="advice">A sentence that ends the message of a missing column; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing.</exception>
    public static DataViewSchema.Column Column(DataViewSchema schema, string name, string role, string? data = null, string? advice = null) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, role, schema.Where(column => !column.IsHidden).Select(column => column.Name),
            data, advice);

    public static SchemaShape.Column Column(SchemaShape schema, string name, string role, string? advice = null)
    {
        foreach (SchemaShape.Column column in schema)
        {
            if (column.Name == name)
                return column;
        }
        throw Missing(name, role, schema.Select(column => column.Name), data: null, advice);
    }

    /// <summary>Checks that a feature column exists and is a vector of Single.</summary>
    /// <param name="schema">The schema to search.</param>
    /// <param name="name">The name of the column.</param>
    /// <param name="stepSize">The number of values in a step of a sequence; null for a vector of known size.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public static void RequireFeatures(SchemaShape schema, string name, int? stepSize)
    {
        SchemaShape.Column features = Column(schema, name, "feature");
        bool sized = features.Kind == SchemaShape.Column.VectorKind.Vector;
        bool sequence = stepSize is not null && features.Kind == SchemaShape.Column.VectorKind.VariableVector;
        if ((sized || sequence) && features.ItemType == NumberDataViewType.Single)
            return;
        string actual = features.Kind switch
        {
            SchemaShape.Column.VectorKind.Scalar => $"one {features.ItemType}",
            SchemaShape.Column.VectorKind.Vector => $"a vector of {features.ItemType}",
            _ => $"a vector of {features.ItemType} of unknown size",
        };
        throw NotFeatures(name, actual, stepSize,
            VectorAdvice.For(features.ItemType, features.Kind != SchemaShape.Column.VectorKind.Scalar, features.IsKey));
    }

    /// <summary>Finds a label column, a key or Boolean.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public static SchemaShape.Column RequireLabel(SchemaShape schema, string name, string? advice = null)
    {
        SchemaShape.Column label = Column(schema, name, "label", advice);
        return label.Kind == SchemaShape.Column.VectorKind.Scalar && (label.IsKey || label.ItemType == BooleanDataViewType.Instance)
            ? label
            : throw WrongType(name, "label", $"{label.Kind} of {label.ItemType}", ClassLabels.LabelTypes);
    }

    public static ArgumentOutOfRangeException WrongType(string name, string role, string actual, string expected, string? data = null) =>
        new("inputSchema", $"The {role} column '{name}'{Of(data)} is {actual}; it must be {expected}.");

    /// <summary>The phrase " of the ..." that names the data in a message; empty if there is only one set.</summary>
    public static string Of(string? data) => data is null ? "" : $" of the {data}";

    private static ArgumentOutOfRangeException Missing(
        string name, string role, IEnumerable<string> there, string? data, string? advice) =>
        new("inputSchema", $"There is no {role} column '{name}'. The {data ?? "data"} have: {string.Join(", ", there)}."
            + (advice is null ? "" : $" {advice}"));
}
