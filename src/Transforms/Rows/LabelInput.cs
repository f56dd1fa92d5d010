using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The column of classes that a <see cref="FeatureTransformer"/> reads beside the features.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">The classes it had in training.</param>
internal sealed record LabelInput(string Name, ClassLabels Labels)
{
    private bool IsBoolean => Labels.Type is BooleanDataViewType;

    /// <summary>The column in a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, of the wrong type or has other classes.</exception>
    public DataViewSchema.Column Find(DataViewSchema schema)
    {
        DataViewSchema.Column column = Schemas.Column(schema, Name, "label");
        return JsonNode.DeepEquals(ClassLabels.Of(column).ToJson(), Labels.ToJson())
            ? column
            : throw new ArgumentOutOfRangeException(nameof(schema),
                $"The label column '{Name}' has other classes than in training, or in another order; "
                + "map both to keys by the same fitted transformer.");
    }

    /// <summary>
    /// Appends what turns the column into numbers: 1 at the place of the class, nothing where it is missing; of a Boolean 0 or 1.
    /// </summary>
    public IEstimator<ITransformer> ToVector(MLContext ml, string outputColumnName) => IsBoolean
        ? ml.Transforms.Conversion.ConvertType(outputColumnName, Name, DataKind.Single)
        : ml.Transforms.Conversion.MapKeyToVector(outputColumnName, Name);

    /// <summary>Cuts off what <see cref="ToVector"/> gave behind the features: the class, from 0, or -1 for none.</summary>
    /// <exception cref="InvalidDataException">There are more or fewer classes than in training.</exception>
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
