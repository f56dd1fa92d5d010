using Disentangle.ML.Evaluators;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The columns that hold a row's features.</summary>
/// <param name="Features">The features.</param>
/// <param name="Length">The number of steps of a padded sequence, or null.</param>
/// <param name="Label">The class, or null.</param>
internal readonly record struct FeatureColumns(DataViewSchema.Column Features, DataViewSchema.Column? Length,
    DataViewSchema.Column? Label = null)
{
    public IEnumerable<DataViewSchema.Column> All => new[] { Features, Length, Label }.OfType<DataViewSchema.Column>();

    /// <summary>Finds and checks the columns.</summary>
    /// <param name="schema">The schema to search.</param>
    /// <param name="features">The name of the feature column.</param>
    /// <param name="length">The name of the length column, or null.</param>
    /// <param name="stepSize">The number of values in a step of a sequence; null for a vector of known size.</param>
    /// <param name="data">For messages: which data this is; null if there is only one set.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public static FeatureColumns Find(DataViewSchema schema, string features, string? length, int? stepSize, string? data = null)
    {
        DataViewSchema.Column column = Schemas.Column(schema, features, "feature", data);
        if (column.Type is not VectorDataViewType { ItemType: NumberDataViewType { RawType: var item },
            Size: var size } || item != typeof(float))
            throw Schemas.NotFeatures(features, column.Type.ToString()!, stepSize, VectorAdvice.For(column.Type), data);
        if (size == 0 && stepSize is null)
            throw Schemas.NotFeatures(features, $"{column.Type} of unknown size", stepSize, VectorAdvice.For(column.Type), data);
        return new FeatureColumns(column, length is null ? null : LengthColumn.Find(schema, length, data));
    }

    /// <summary>The number of features in a row, or in a step of a sequence.</summary>
    public int InputSize(int? stepSize) => stepSize ?? ((VectorDataViewType)Features.Type).Size;
}
