using Microsoft.ML;
using Microsoft.ML.Data;

namespace Papers;

internal static class Accuracy
{
    /// <summary>The share of rows on which two key columns with the same keys agree.</summary>
    public static double Of(IDataView data, string label, string predicted) =>
        data.GetColumn<uint>(data.Schema[label]).Zip(data.GetColumn<uint>(data.Schema[predicted]))
            .Average(pair => pair.First == pair.Second ? 1.0 : 0.0);
}
