using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public class LatentVarianceReportTests
{
    /// <summary>
    /// Two classes: the first content dimension is the class, the second a third as large within it, the style is the same in both.
    /// </summary>
    private static readonly float[] Contents = [0, 1, 0, 3, 4, 5, 4, 7];
    private static readonly float[] Styles = [0, 2, 0, 2];
    private static readonly int[] Labels = [0, 0, 1, 1];

    [Fact]
    public void Values_must_be_finite_and_present()
    {
        Assert.Throws<ArgumentException>("styles", () => LatentVarianceReport.Of([1, 2], [1, float.NaN], [0, 1]));
        Assert.Throws<ArgumentException>(() => LatentVarianceReport.Of([], [], [0, 1]));
    }

    [Fact]
    public void Variances_are_those_by_hand()
    {
        LatentVarianceReport report = LatentVarianceReport.Of(Contents, Styles, Labels);
        // Variances over all: 4 of (0, 0, 4, 4), 5 of (1, 3, 5, 7), 1 of (0, 2, 0, 2); within classes 0, 1 and 1. The greatest is 5.
        Assert.Equal(
            [
                new LatentVariance(Latent.Content, 0, 4 / 5.0, 0), new LatentVariance(Latent.Content, 1, 1, 1 / 5.0),
                new LatentVariance(Latent.Style, 0, 1 / 5.0, 1 / 5.0),
            ], report.Dimensions);
        Assert.Equal([0, 0.2, 1], report.Dimensions.Select(dimension => dimension.Share));
        Assert.Equal(1 / 9.0, report.Share(Latent.Content), 1e-12);
        Assert.Equal(1, report.Share(Latent.Style), 1e-12);
    }

    [Fact]
    public void Rows_without_label_are_left_out_and_a_still_dimension_has_no_share()
    {
        LatentVarianceReport report = LatentVarianceReport.Of([0, 99, 1, 3], [5, 5, 5, 5], [0, -1, 0, 1]);
        Assert.Equal(1, report.Dimensions[0].Random);
        Assert.Equal(new LatentVariance(Latent.Style, 0, 0, 0), report.Dimensions[1]);
        Assert.True(double.IsNaN(report.Dimensions[1].Share));
        // Of 0, 1 and 3 the squared deviations are 42/9; within class 0 they are 1/2.
        Assert.Equal(0.5 / (42 / 9.0), report.Share(Latent.Content), 1e-12);
    }

    [Fact]
    public void A_data_view_gives_what_its_values_give()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(row => new Row
        {
            Content = Contents[(2 * row)..(2 * row + 2)], Style = [Styles[row]], Label = Labels[row] == 1,
        }));
        Assert.Equal(LatentVarianceReport.Of(Contents, Styles, Labels).Dimensions, LatentVarianceReport.Of(data).Dimensions);
        void Refuses(string message, string style, string label) =>
            Assert.Contains(message,
                Assert.Throws<ArgumentOutOfRangeException>(() => LatentVarianceReport.Of(data, "Content", style, label)).Message);
        Refuses("no label column 'Digit'", "Style", "Digit");
        Refuses("'Label' is Boolean", "Label", "Label");
    }

    [Fact]
    public void The_table_has_a_line_a_dimension() => Assert.Equal(
        [
            "latent       random  class fixed   share", "content 0     0.800        0.000   0.000",
                "content 1     1.000        0.200   0.200",
            "style 0       0.200        0.200   1.000", "content                            0.111",
                "style                              1.000",
        ], LatentVarianceReport.Of(Contents, Styles, Labels).ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n'));

    [Fact]
    public void Values_that_make_no_rows_are_refused()
    {
        Assert.Contains("do not divide into 4 rows",
            Assert.Throws<ArgumentException>(() => LatentVarianceReport.Of([1, 2, 3], Styles, Labels)).Message);
        Assert.Contains("No row has a label",
            Assert.Throws<InvalidDataException>(() => LatentVarianceReport.Of([1, 2], [3, 4], [-1, -1])).Message);
        Assert.Contains("No row has a label", Assert.Throws<InvalidDataException>(() => LatentVarianceReport.Of([], [], [])).Message);
    }

    private sealed class Row
    {
        [VectorType(2)]
        public float[] Content { get; set; } = [];

        [VectorType(1)]
        public float[] Style { get; set; } = [];

        public bool Label { get; set; }
    }
}
