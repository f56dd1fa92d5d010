using System.Runtime.InteropServices;
using System.Text;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using ScottPlot;

namespace Disentangle.ML.Plots;

/// <summary>Pictures of embeddings, clusters, training and images. The file name decides the format: .png or .svg.</summary>
public static class EmbeddingPlots
{
    private const int DefaultWidth = 800;
    private const int DefaultHeight = 600;
    private const int MostNames = 20;
    private const int MostPixels = 10_000;

    /// <summary>Draws how many rows of each class lie in each cluster, clusters in matched order, as a heat map.</summary>
    /// <param name="quality">From <c>ml.Clustering.EvaluateAgainstLabels</c>.</param>
    /// <param name="path">A .png or .svg file.</param>
    /// <param name="width">In pixels, 1 to 10,000. Default 800.</param>
    /// <param name="height">In pixels, 1 to 10,000. Default 600.</param>
    /// <exception cref="ArgumentException">The file name has another ending, or a size is out of range.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveConfusionPlot(this ClusteringQuality quality, string path, int width = DefaultWidth, int height = DefaultHeight)
    {
        ArgumentNullException.ThrowIfNull(quality);
        ContingencyTable table = quality.Table;
        int[] order = table.MatchedOrder();
        var cells = new double[table.ClassCount, table.ClusterCount];
        for (int i = 0; i < table.ClassCount; i++)
        {
            for (int j = 0; j < order.Length; j++)
                cells[i, j] = table[i, order[j]];
        }
        Save(Heat(cells, [.. Enumerable.Range(0, table.ClassCount).Select(table.ClassName)], [.. order.Select(table.ClusterName)], "class",
            "cluster"), path, width, height);
    }

    /// <summary>Draws a map of the rows, coloured by a column.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="path">A .png or .svg file.</param>
    /// <param name="mapColumnName">A vector of two Single, for example of <c>ml.Transforms.ProjectTo2D</c>.</param>
    /// <param name="colorColumnName">The colours: a key, Boolean, number or text. Default null: one colour.</param>
    /// <param name="title">Above the picture. Default null: nothing.</param>
    /// <param name="width">In pixels, 1 to 10,000. Default 800.</param>
    /// <param name="height">In pixels, 1 to 10,000. Default 600.</param>
    /// <exception cref="ArgumentException">
    /// A column is not there or of another type, the file name has another ending, or a size is out of range.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows, a coordinate is NaN or infinite, or a row has another number of values.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveScatter(IDataView data, string path, string mapColumnName = "Map", string? colorColumnName = null,
        string? title = null, int width = DefaultWidth, int height = DefaultHeight)
    {
        ArgumentNullException.ThrowIfNull(data);
        FeatureRows map = FeatureRows.Read(data, mapColumnName);
        if (map.Dimension != 2)
            throw new ArgumentException($"Column '{mapColumnName}' has {map.Dimension} values; a map has 2.");
        LabelList colors = colorColumnName is null ? new(new int[map.Count], ["rows"]) : LabelList.Read(data, colorColumnName);
        var plot = new Plot();
        // Half of the twenty colours are pale.
        IPalette palette = colors.Names.Length > 10 ? new ScottPlot.Palettes.Category20() : new ScottPlot.Palettes.Category10();
        // Rows without a value first, below the others.
        for (int color = -1; color < colors.Names.Length; color++)
        {
            int[] rows = [.. Enumerable.Range(0, map.Count).Where(row => colors.Labels[row] == color)];
            if (rows.Length == 0)
                continue;
            var points = plot.Add.ScatterPoints(rows.Select(row => (double)map[row][0]).ToArray(), rows.Select(row => (double)map[row][1])
                .ToArray());
            points.MarkerSize = map.Count > 3000 ? 2 : 4;
            points.Color = color < 0 ? Colors.Gray : palette.GetColor(color);
            points.LegendText = color >= 0 && color < MostNames && colorColumnName is not null ? colors.Names[color] : "";
        }
        plot.HideGrid();
        plot.Axes.Frameless();
        if (title is not null)
            plot.Title(title);
        if (colorColumnName is not null)
            plot.ShowLegend(Edge.Right);
        Save(plot, path, width, height);
    }

    /// <summary>Draws the losses over the epochs.</summary>
    /// <param name="history">For example of <c>DisentangleEncoderTransformer.History</c>; at least one epoch.</param>
    /// <param name="path">A .png or .svg file.</param>
    /// <param name="width">In pixels, 1 to 10,000. Default 800.</param>
    /// <param name="height">In pixels, 1 to 10,000. Default 600.</param>
    /// <exception cref="ArgumentException">
    /// There is no epoch or one is null, the file name has another ending, or a size is out of range.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveLossCurves(IReadOnlyList<TrainingProgress> history, string path, int width = DefaultWidth,
        int height = DefaultHeight)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.Count == 0)
            throw new ArgumentException("The history has no epochs; there is no loss to draw.", nameof(history));
        if (history.Contains(null!))
            throw new ArgumentException("An epoch of the history is null.", nameof(history));
        var plot = new Plot();
        Add("loss", epoch => epoch.Loss);
        if (history.All(epoch => epoch.Validation is not null))
            Add("validation loss", epoch => epoch.Validation!.Loss);
        foreach (string term in history[0].Terms.Keys)
            Add(term, epoch => epoch.Terms.GetValueOrDefault(term, double.NaN));
        plot.XLabel("epoch");
        plot.YLabel("loss");
        plot.ShowLegend(Alignment.UpperRight);
        Save(plot, path, width, height);

        void Add(string name, Func<TrainingProgress, double> value)
        {
            TrainingProgress[] known = [.. history.Where(epoch => double.IsFinite(value(epoch)))];
            if (known.Length > 0)
                plot.Add.Scatter(known.Select(epoch => (double)epoch.Epoch).ToArray(), known.Select(value).ToArray()).LegendText = name;
        }
    }

    /// <summary>
    /// Draws how often each value of an embedding is the largest, by class, as a heat map (Romanov and Rumshisky 2017, figure 2).
    /// </summary>
    /// <param name="data">The rows.</param>
    /// <param name="path">A .png or .svg file.</param>
    /// <param name="embeddingColumnName">A vector of Single of known size.</param>
    /// <param name="labelColumnName">The classes: a key, Boolean, number or text. Rows without one are left out.</param>
    /// <param name="width">In pixels, 1 to 10,000. Default 800.</param>
    /// <param name="height">In pixels, 1 to 10,000. Default 600.</param>
    /// <exception cref="ArgumentException">
    /// A column is not there or of another type, the file name has another ending, or a size is out of range.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// No row has a class, a value is NaN or infinite, or a row has another number of values.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveNeuronsByClass(IDataView data, string path, string embeddingColumnName = "Embedding",
        string labelColumnName = "Label", int width = DefaultWidth, int height = DefaultHeight)
    {
        ArgumentNullException.ThrowIfNull(data);
        (FeatureRows rows, LabelList labels) = LabelledRows.Read(data, embeddingColumnName, labelColumnName);
        if (labels.Names.Length == 0)
            throw new InvalidDataException($"No row has a label: '{labelColumnName}' is missing in all {rows.Count} rows.");
        Save(Heat(labels.MostActive(rows), labels.Names, [.. Enumerable.Range(0, rows.Dimension).Select(i => $"{i}")], "class", "neuron"),
            path, width, height);
    }

    /// <summary>Draws images in a grid, for example reconstructions beside their originals.</summary>
    /// <param name="images">
    /// The images, row by row of the grid: values in the order of <see cref="ImageSize"/>, clipped to 0 to 1. At least one.
    /// </param>
    /// <param name="size">Their size, with 1 channel (grey) or 3 (red, green and blue).</param>
    /// <param name="path">A .png file.</param>
    /// <param name="columns">Images in a row of the grid. At least 1.</param>
    /// <param name="scale">The side of an image's pixel in pixels of the picture. At least 1. Default 2.</param>
    /// <exception cref="ArgumentException">
    /// There is no image, one has another number of values or a value is NaN, the file name has another ending, or the picture would have
    /// more than 10,000 pixels on a side.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The size has other channels, or a number is less than 1.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveImages(IReadOnlyList<float[]> images, ImageSize size, string path, int columns, int scale = 2)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(size);
        if (size.Channels is not (1 or 3) || size.Width < 1 || size.Height < 1)
            throw new ArgumentOutOfRangeException(nameof(size), $"Images of {size} cannot be drawn; they must have 1 or 3 channels.");
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        if (images.Count == 0)
            throw new ArgumentException("There are no images; there must be at least one.", nameof(images));
        const int gap = 1;
        long rows = ((long)images.Count + columns - 1) / columns;
        long width = (columns * (size.Width + (long)gap) - gap) * scale, height = (rows * (size.Height + (long)gap) - gap) * scale;
        RequireSize(width, height);
        RequireEnding(path, ".png");
        var pixels = new byte[height, width, 3];
        MemoryMarshal.CreateSpan(ref pixels[0, 0, 0], pixels.Length).Fill(byte.MaxValue);
        for (int i = 0; i < images.Count; i++)
            Draw(i, (i / columns * (size.Height + gap)) * scale, (i % columns * (size.Width + gap)) * scale);
        byte[] picture = new ScottPlot.Image(pixels).GetImageBytes(ImageFormat.Png);
        AtomicFile.Write(path, file => file.Write(picture));

        void Draw(int index, int top, int left)
        {
            float[] image = images[index] ?? [];
            int expected = size.Width * size.Height * size.Channels;
            if (image.Length != expected)
                throw new ArgumentException($"Image {index} (from 0) has {image.Length} values; {size} needs {expected}.", nameof(images));
            if (image.Any(float.IsNaN))
                throw new ArgumentException($"Image {index} (from 0) has a value that is NaN.", nameof(images));
            for (int y = 0; y < size.Height * scale; y++)
            {
                for (int x = 0; x < size.Width * scale; x++)
                {
                    int at = (y / scale * size.Width + x / scale) * size.Channels;
                    for (int color = 0; color < 3; color++)
                    {
                        float value = image[at + Math.Min(color, size.Channels - 1)];
                        pixels[top + y, left + x, color] = (byte)MathF.Round(byte.MaxValue * Math.Clamp(value, 0, 1));
                    }
                }
            }
        }
    }

    private static Plot Heat(double[,] cells, string[] rows, string[] columns, string rowTitle, string columnTitle)
    {
        var plot = new Plot();
        var heat = plot.Add.Heatmap(cells);
        heat.Colormap = new ScottPlot.Colormaps.Viridis();
        plot.Add.ColorBar(heat);
        // The first row is drawn at the top.
        plot.Axes.Left.SetTicks([.. Shown(rows).Select(i => (double)(rows.Length - 1 - i))], [.. Shown(rows).Select(i => rows[i])]);
        plot.Axes.Bottom.SetTicks([.. Shown(columns).Select(i => (double)i)], [.. Shown(columns).Select(i => columns[i])]);
        plot.YLabel(rowTitle);
        plot.XLabel(columnTitle);
        plot.Axes.Margins(0, 0);
        return plot;

        static IEnumerable<int> Shown(string[] names)
        {
            int step = (names.Length + MostNames - 1) / MostNames;
            return Enumerable.Range(0, names.Length).Where(i => i % step == 0);
        }
    }

    private static void Save(Plot plot, string path, int width, int height)
    {
        RequireSize(width, height);
        byte[] picture = RequireEnding(path, ".png", ".svg") == ".png"
            ? plot.GetImage(width, height).GetImageBytes(ImageFormat.Png)
            : Encoding.UTF8.GetBytes(plot.GetSvgXml(width, height));
        AtomicFile.Write(path, file => file.Write(picture));
    }

    private static void RequireSize(long width, long height)
    {
        if (width is < 1 or > MostPixels || height is < 1 or > MostPixels)
            throw new ArgumentException($"The picture would be {width} by {height} pixels; both must be from 1 to {MostPixels}.");
    }

    private static string RequireEnding(string path, params string[] endings)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string ending = Path.GetExtension(path).ToLowerInvariant();
        if (!endings.Contains(ending))
        {
            throw new ArgumentException(
                $"'{path}' ends in '{ending}'; a picture is a {string.Join(" or ", endings)} file.", nameof(path));
        }
        return ending;
    }
}
