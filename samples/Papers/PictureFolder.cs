using System.Text.RegularExpressions;
using Disentangle.ML.Plots;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Papers;

/// <summary>Where pictures of the runs with seed 1 go.</summary>
/// <param name="folder">Created if it does not exist; null for no pictures.</param>
internal sealed partial class PictureFolder(DirectoryInfo? folder)
{
    /// <summary>The file of a picture; null if none is to be drawn.</summary>
    /// <param name="title">The title, from which the file gets its name.</param>
    /// <param name="seed">The seed of the run.</param>
    public string? PathOf(string title, int seed) => folder is null || seed != 1
        ? null
        : Path.Combine(folder.FullName, $"{Separators().Replace(title, "-").Trim('-').ToLowerInvariant()}.png");

    /// <summary>
    /// Draws rows coloured by class: two values as they are, more of them on a map that <c>ProjectTo2D</c> learns from these rows.
    /// </summary>
    public void Draw(MLContext ml, IDataView rows, string column, string label, string title, int seed)
    {
        if (PathOf(title, seed) is not { } path)
            return;
        folder!.Create();
        if (rows.Schema[column].Type is VectorDataViewType { Size: 2 })
        {
            EmbeddingPlots.SaveScatter(rows, path, column, label, title);
            return;
        }
        IDataView map = ml.Transforms.ProjectTo2D("Map", column).Fit(rows).Transform(rows);
        EmbeddingPlots.SaveScatter(map, path, "Map", label, title);
    }

    /// <summary>Draws how often each value of the embedding is the largest, by class.</summary>
    public void DrawNeurons(IDataView rows, string column, string label, string title, int seed)
    {
        if (PathOf(title, seed) is not { } path)
            return;
        folder!.Create();
        EmbeddingPlots.SaveNeuronsByClass(rows, path, column, label);
    }

    /// <summary>Draws images in a grid.</summary>
    public void DrawImages(IReadOnlyList<float[]> images, ImageSize size, int columns, string title, int seed)
    {
        if (PathOf(title, seed) is not { } path)
            return;
        folder!.Create();
        EmbeddingPlots.SaveImages(images, size, path, columns);
    }

    [GeneratedRegex("[^A-Za-z0-9.]+")]
    private static partial Regex Separators();
}
