using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The class column that a <see cref="FeatureTransformer"/> reads in addition to the features.</summary>
/// <param name="Name">The name of the column.</param>
/// <param name="Labels">The classes in training.</param>
internal sealed record LabelInput(string Name, ClassLabels Labels)
{
    private bool IsBoolean => Labels.Type is BooleanDataViewType;

    /// <summary>Finds the column in a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, of the wrong type, or has other classes.</exception>
    public DataViewSchema.Column Find(DataViewSchema schema)
    {
        DataViewSchema.Column column = Schemas.Column(schema, Name, "label");
        return JsonNode.DeepEquals(ClassLabels.Of(column).ToJson(), Labels.ToJson())
            ? column
            : throw new ArgumentOutOfRangeException(nameof(schema),
                $"The label column '{Name}' has different classes than in training, or the same in a different order; "
                + "map both to keys with the same fitted transformer.");
    }

    /// <summary>
    /// Creates the estimator that converts the column to numbers: one-hot for a key, all 0 if it is missing; 0 or 1 for a Boolean.
    /// </summary>
    public IEstimator<ITransformer> ToVector(MLContext ml, string outputColumnName) => IsBoolean
        ? ml.Transforms.Conversion.ConvertType(outputColumnName, Name, DataKind.Single)
        : ml.Transforms.Conversion.MapKeyToVector(outputColumnName, Name);

    /// <summary>
    /// Removes the output of <see cref="ToVector"/> from the end of the features and returns the class, from 0, or -1 for none.
    /// </summary>
    /// <exception cref="InvalidDataException">The number of classes differs from training.</exception>
    public int Take(ref VBuffer<float> values, FeatureInput input, ref float[] buffer)
    {
        int features = input.Shape.Width, width = IsBoolean ? 1 : Labels.Count;
        if (values.Length != features + width)
        {
            throw new InvalidDataException(
                $"Columns '{input.Name}' and '{Name}' have {values.Length} features and classes together; "
                + $"the model was trained on {features} and {width}.");
        }
        if (buffer.Length < values.Length)
            buffer = new float[values.Length];
        values.CopyTo(buffer);
        values = new VBuffer<float>(features, buffer);
        ReadOnlySpan<float> label = buffer.AsSpan(features, width);
        return IsBoolean ? (int)label[0] : label.IndexOf(1f);
    }
}
