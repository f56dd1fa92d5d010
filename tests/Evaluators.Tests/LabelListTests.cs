using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators.Tests;

public class LabelListTests
{
    [Fact]
    public void The_most_active_neuron_is_counted_by_label()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = ml.Data.LoadFromEnumerable<Row>(
        [
            new() { Label = "b", Features = [1, 2, 0] }, new() { Label = "b", Features = [-3, -2, -1] },
            new() { Label = "", Features = [9, 0, 0] }, new() { Label = "a", Features = [4, 0, 4] },
            new() { Label = "b", Features = [0, 1, 0] }, new() { Label = "b", Features = [0, 5, 0] },
        ]);
        (FeatureRows features, LabelList labels) = LabelledRows.Read(rows, "Features", "Label");
        Assert.Equal(["a", "b"], labels.Names);
        Assert.Equal(new[,] { { 1, 0, 0 }, { 0, 0.75, 0.25 } }, labels.MostActive(features));
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        [VectorType(3)]
        public float[] Features { get; set; } = [];
    }
}
