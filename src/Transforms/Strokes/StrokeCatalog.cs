using System.Globalization;
using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Loads digits as pen strokes.</summary>
public static class StrokeCatalog
{
    private const int LongestLine = 10_000;

    /// <summary>
    /// Loads the published stroke sequences of MNIST (E. D. de Jong, 2016): one file per digit, <c>trainimg-0-inputdata.txt</c> and so on,
    /// with one step <c>dx dy eos eod</c> per line, and <c>trainlabels.txt</c> with one label per line. Columns: <c>Strokes</c>, a vector
    /// of Single of unknown size, <see cref="StrokeSequences.StepSize"/> values a step; <c>Label</c>, a Single.
    /// </summary>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="part">The prefix of the file names: <c>train</c> (60,000 digits) or <c>test</c> (10,000).</param>
    /// <param name="rows">The number of digits to load, from the first. Default null: all that have a label.</param>
    /// <exception cref="InvalidDataException">
    /// A line is not four integers (the message names file and line), a file has no lines, or there are fewer labels than
    /// <paramref name="rows"/>.
    /// </exception>
    /// <exception cref="FileNotFoundException">The label file, or the file of a labelled digit, does not exist.</exception>
    public static IDataView LoadStrokeSequences(this DataOperationsCatalog catalog, string folder, string part, int? rows = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentException.ThrowIfNullOrWhiteSpace(part);
        string labelsPath = Path.Combine(folder, $"{part}labels.txt");
        float[] labels = [.. Lines(labelsPath, 1).Select(line => line[0])];
        if (rows > labels.Length)
            throw new InvalidDataException($"'{labelsPath}' has {labels.Length} labels; {rows} rows were requested.");
        StrokeDigit[] digits = [.. labels.Take(rows ?? labels.Length)
            .Select((label, i) => new StrokeDigit { Strokes = Steps(i), Label = label })];
        return catalog.LoadFromEnumerable(digits);

        float[] Steps(int digit)
        {
            string path = Path.Combine(folder, FormattableString.Invariant($"{part}img-{digit}-inputdata.txt"));
            float[] steps = [.. Lines(path, StrokeSequences.StepSize).SelectMany(step => step)];
            return steps.Length > 0 ? steps : throw new InvalidDataException($"'{path}' has no steps.");
        }
    }

    /// <summary>Reads the numbers in each line of a file.</summary>
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
