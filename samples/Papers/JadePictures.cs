using Disentangle.ML.Plots;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Papers;

/// <summary>
/// Pictures of what the latents of joint autoencoders hold, for each set: ten rows, one of each class; their reconstructions; then, for
/// each of them in turn, its style with the content of all ten.
/// </summary>
internal static class JadePictures
{
    private const int Classes = 10;

    /// <summary>Saves a picture of each set.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The rows not used in training.</param>
    /// <param name="path">The path without the ending, to which the side is added.</param>
    public static void Save(JointAutoencoderTransformer model, HouseNumbers data, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        foreach ((JointSide side, IDataView rows) in new[] { (JointSide.Primary, data.Test), (JointSide.Auxiliary, data.AuxiliaryTest) })
        {
            float[][] images = OneOfEachClass(rows);
            int width = images[0].Length, contentSize = model.Model.ContentSize, styleSize = model.Model.StyleSize(side);
            var batch = new RowBatch(model.Model.Input(side));
            foreach (float[] image in images)
                batch.Add(image);
            float[] contents = new float[images.Length * contentSize], styles = new float[images.Length * styleSize],
                decoded = new float[images.Length * width];
            using var session = new JointEncoderSession(model.Model, side);
            session.Encode(batch, contents, styles: styles, reconstructions: decoded);
            List<float[]> cells = [.. images, .. decoded.Chunk(width)];
            foreach (float[] style in styles.Chunk(styleSize))
            {
                session.Decode(contents, [.. Enumerable.Repeat(style, images.Length).SelectMany(value => value)], decoded);
                cells.AddRange(decoded.Chunk(width));
            }
            EmbeddingPlots.SaveImages(cells, model.Options.Network(side).Image, $"{path}-{side.ToString().ToLowerInvariant()}.png",
                columns: images.Length);
        }
    }

    /// <summary>The pixels of the first row of each class that occurs, classes in order.</summary>
    private static float[][] OneOfEachClass(IDataView rows)
    {
        var first = new SortedDictionary<uint, float[]>();
        foreach ((uint digit, float[] pixels) in rows.GetColumn<uint>("Class").Zip(rows.GetColumn<float[]>("Pixels")))
        {
            if (digit > 0)
                first.TryAdd(digit, pixels);
            if (first.Count == Classes)
                break;
        }
        return [.. first.Values];
    }
}
