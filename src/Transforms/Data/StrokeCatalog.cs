using System.Globalization;
using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Loads digits as pen strokes.</summary>
public static class StrokeCatalog
{
    private const int LongestLine = 10_000;

    /// <summary>
    /// Loads the published stroke sequences of MNIST (E. D. de Jong, 2016): a file a digit, <c>trainimg-0-inputdata.txt</c> and so on, with a step a line,
    /// <c>dx dy eos eod</c>, and the digits in <c>trainlabels.txt</c>, one a line. Columns: <c>Strokes</c>, a vector of Single of unknown size,
    /// <see cref="StrokeSequences.StepSize"/> values a step; <c>Label</c>, a Single.
    /// </summary>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="folder">Where the files are.</param>
    /// <param name="part">How their names begin: <c>train</c> (60,000 digits) or <c>test</c> (10,000).</param>
    /// <param name="rows">How many to load, from the first. Default null: as many as have a label.</param>
    /// <exception cref="InvalidDataException">
    /// A line is none of four whole numbers (the message names file and line), a file has no lines, or there are fewer labels than <paramref name="rows"/>.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no file of labels, or none of a digit that has a label.</exception>
    public static IDataView LoadStrokeSequences(this DataOperationsCatalog catalog, string folder, string part, int? rows = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentException.ThrowIfNullOrWhiteSpace(part);
        string labelsPath = Path.Combine(folder, $"{part}labels.txt");
        float[] labels = [.. Lines(labelsPath, 1).Select(line => line[0])];
        if (rows > labels.Length)
            throw new InvalidDataException($"'{labelsPath}' has {labels.Length} labels; {rows} rows were asked for.");
        StrokeDigit[] digits = [.. labels.Take(rows ?? labels.Length).Select((label, i) => new StrokeDigit { Strokes = Steps(i), Label = label })];
        return catalog.LoadFromEnumerable(digits);

        float[] Steps(int digit)
        {
            string path = Path.Combine(folder, FormattableString.Invariant($"{part}img-{digit}-inputdata.txt"));
            float[] steps = [.. Lines(path, StrokeSequences.StepSize).SelectMany(step => step)];
            return steps.Length > 0 ? steps : throw new InvalidDataException($"'{path}' has no steps.");
        }
    }

    /// <summary>The numbers in each line of a file.</summary>
    private static IEnumerable<float[]> Lines(string path, int count)
    {
        using var lines = new TextLines(path, LongestLine);
        while (lines.Read() is { } line)
        {
            string[] parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var values = new float[count];
            bool whole = parts.Length == count;
            for (int i = 0; i < count && whole; i++)
            {
                whole = int.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value);
                values[i] = value;
            }
            if (!whole)
            {
                string expected = count == 1 ? "one whole number, the label" : $"{count} whole numbers, dx dy eos eod";
                throw new InvalidDataException($"Line {lines.Number} of '{path}' is {TextLines.Quoted(line)}; it must be {expected}.");
            }
            yield return values;
        }
    }

    private sealed class StrokeDigit
    {
        public float[] Strokes { get; set; } = [];
        public float Label { get; set; }
    }
}
