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

    /// <summary>The title of the picture of a set.</summary>
    public static string Title(string title, JointSide side) => $"{title}, {side} styles";

    /// <summary>Draws a picture of each set.</summary>
    public static void Draw(JointAutoencoderTransformer model, HouseNumbers data, PictureFolder pictures, string title, int seed)
    {
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
            pictures.DrawImages(cells, model.Options.Network(side).Image, images.Length, Title(title, side), seed);
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
