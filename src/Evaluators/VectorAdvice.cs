using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators;

/// <summary>Says how a column of another type becomes a vector of Single of known size, for messages.</summary>
internal static class VectorAdvice
{
    /// <summary>The end of a sentence, which begins with a semicolon or comma; empty where there is no advice.</summary>
    /// <param name="itemType">The type of the column, or of a vector's items.</param>
    /// <param name="isVector">Whether the column is a vector.</param>
    /// <param name="isKey">Whether the column, or each item of a vector, is a key.</param>
    public static string For(DataViewType itemType, bool isVector, bool isKey) => itemType switch
    {
        _ when isKey => "; ml.Transforms.Conversion.MapKeyToVector makes one of a key",
        TextDataViewType => "; ml.Transforms.Text.FeaturizeText makes one of text",
        NumberDataViewType when itemType == NumberDataViewType.Single => isVector
            ? ", for example with [VectorType(784)] on its property"
            : "; ml.Transforms.Concatenate makes one of columns",
        NumberDataViewType or BooleanDataViewType =>
            $"; ml.Transforms.Conversion.ConvertType{(isVector ? "" : " and then ml.Transforms.Concatenate")} makes one of it",
        _ => "",
    };

    /// <summary>The same for a column of a schema.</summary>
    public static string For(DataViewType type)
    {
        DataViewType item = (type as VectorDataViewType)?.ItemType ?? type;
        return For(item, type is VectorDataViewType, item is KeyDataViewType);
    }
}
