using System.Numerics.Tensors;
using System.Text;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using static System.FormattableString;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Measures whether content and style are disentangled: the normalised variance of each latent dimension over random rows and over rows of
/// one class (figure 2 of the JADE paper). With the class fixed, content dimensions hardly vary and style dimensions vary as before; a
/// dimension that does not vary over random rows is unused.
/// </summary>
public sealed class LatentVarianceReport
{
    private LatentVarianceReport(IReadOnlyList<LatentVariance> dimensions) => Dimensions = dimensions;

    /// <summary>The dimensions of the content, then those of the style.</summary>
    public IReadOnlyList<LatentVariance> Dimensions { get; }

    /// <summary>
    /// Returns the share of a latent's total variance that remains when the class is fixed, 0 to 1; NaN if it does not vary.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="latent"/> is not a defined value.</exception>
    public double Share(Latent latent)
    {
        if (!Enum.IsDefined(latent))
            throw new ArgumentOutOfRangeException(nameof(latent), $"The latent is {latent}; it must be Content or Style.");
        LatentVariance[] dimensions = [.. Dimensions.Where(dimension => dimension.Latent == latent)];
        return dimensions.Sum(dimension => dimension.ClassFixed) / dimensions.Sum(dimension => dimension.Random);
    }

    /// <summary>Measures encoded rows.</summary>
    /// <param name="encoded">The output of a <see cref="JointAutoencoderTransformer"/>.</param>
    /// <param name="contentColumnName">The content. Default <c>Content</c>.</param>
    /// <param name="styleColumnName">The style. Default <c>Style</c>.</param>
    /// <param name="labelColumnName">The class, a key or Boolean; unlabelled rows are skipped. Default <c>Label</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">
    /// No row has a label, a value is NaN or infinite, or a row has another number of values.
    /// </exception>
    public static LatentVarianceReport Of(
        IDataView encoded, string contentColumnName = "Content", string styleColumnName = "Style", string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(encoded);
        FeatureColumns content = FeatureColumns.Find(encoded.Schema, contentColumnName, length: null, stepSize: null),
            style = FeatureColumns.Find(encoded.Schema, styleColumnName, length: null, stepSize: null);
        DataViewSchema.Column label = Schemas.Column(encoded.Schema, labelColumnName, "label");
        _ = ClassLabels.Of(label);
        var contents = new List<float>();
        var styles = new List<float>();
        var labels = new List<int>();
        using DataViewRowCursor cursor = encoded.GetRowCursor([content.Features, style.Features, label]);
        FeatureReader contentReader = Reader(content), styleReader = Reader(style);
        Func<int> getLabel = ClassLabels.Reader(cursor, label);
        while (cursor.MoveNext())
        {
            contents.AddRange(contentReader.Read());
            styles.AddRange(styleReader.Read());
            labels.Add(getLabel());
        }
        return Of([.. contents], [.. styles], [.. labels]);

        FeatureReader Reader(FeatureColumns columns) =>
            new(cursor, columns, new InputShape(columns.InputSize(stepSize: null), IsSequence: false));
    }

    /// <summary>Measures encoded rows.</summary>
    /// <param name="contents">[rows x content], row by row.</param>
    /// <param name="styles">[rows x style], row by row.</param>
    /// <param name="labels">The class of each row; rows with -1 are skipped.</param>
    /// <exception cref="ArgumentException">
    /// A length is not a multiple of the number of rows, greater than 0, or a value is NaN or infinite.
    /// </exception>
    /// <exception cref="InvalidDataException">No row has a label.</exception>
    public static LatentVarianceReport Of(ReadOnlySpan<float> contents, ReadOnlySpan<float> styles, ReadOnlySpan<int> labels)
    {
        if (labels.Length == 0 || labels.IndexOfAnyExcept(-1) < 0)
            throw new InvalidDataException("No row has a label, so the variance within classes cannot be computed.");
        if (contents.IsEmpty || styles.IsEmpty || contents.Length % labels.Length != 0 || styles.Length % labels.Length != 0)
            throw new ArgumentException(
                $"{contents.Length} values of contents and {styles.Length} of styles do not divide into {labels.Length} rows.");
        RequireFinite(contents, nameof(contents));
        RequireFinite(styles, nameof(styles));
        (double Random, double ClassFixed)[] content = Variances(contents, labels), style = Variances(styles, labels);
        double greatest = content.Concat(style).Max(variance => variance.Random);
        if (greatest == 0)
            greatest = 1;
        LatentVariance Normalized(Latent latent, (double Random, double ClassFixed) variance, int index) =>
            new(latent, index, variance.Random / greatest, variance.ClassFixed / greatest);
        return new LatentVarianceReport(
        [
            .. content.Select((variance, index) => Normalized(Latent.Content, variance, index)),
            .. style.Select((variance, index) => Normalized(Latent.Style, variance, index)),
        ]);
    }

    /// <summary>Returns a table with one dimension per line, and the shares of the latents.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("latent       random  class fixed   share").AppendLine();
        foreach (LatentVariance dimension in Dimensions)
        {
            string name = $"{Name(dimension.Latent)} {dimension.Index}";
            text.AppendLine(Invariant($"{name,-11}{dimension.Random,8:F3}{dimension.ClassFixed,13:F3}{dimension.Share,8:F3}"));
        }
        foreach (Latent latent in Dimensions.Select(dimension => dimension.Latent).Distinct())
            text.AppendLine(Invariant($"{Name(latent),-32}{Share(latent),8:F3}"));
        return text.ToString();
    }

    private static void RequireFinite(ReadOnlySpan<float> values, string name)
    {
        if (!TensorPrimitives.IsFiniteAll(values))
            throw new ArgumentException("A value is NaN or infinite; all must be finite.", name);
    }

    private static string Name(Latent latent) => latent == Latent.Content ? "content" : "style";

    /// <summary>Computes the variance of each dimension over all labelled rows, and within classes.</summary>
    private static (double Random, double ClassFixed)[] Variances(ReadOnlySpan<float> values, ReadOnlySpan<int> labels)
    {
        var variances = new (double Random, double ClassFixed)[values.Length / labels.Length];
        for (int d = 0; d < variances.Length; d++)
        {
            var classes = new Dictionary<int, List<double>>();
            for (int row = 0; row < labels.Length; row++)
            {
                if (labels[row] < 0)
                    continue;
                if (!classes.TryGetValue(labels[row], out List<double>? members))
                    classes[labels[row]] = members = [];
                members.Add(values[row * variances.Length + d]);
            }
            double[] all = [.. classes.Values.SelectMany(members => members)];
            variances[d] = (SquaredDeviations(all) / all.Length, classes.Values.Sum(SquaredDeviations) / all.Length);
        }
        return variances;
    }

    private static double SquaredDeviations(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean));
    }
}
