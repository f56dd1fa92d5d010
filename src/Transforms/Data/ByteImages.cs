using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>A row of the image loaders.</summary>
internal sealed class LabelledImage
{
    public float[] Pixels { get; set; } = [];
    public float Label { get; set; }
}

/// <summary>Images kept as bytes; one becomes numbers from 0 to 1 when its turn comes.</summary>
/// <param name="pixels">All images, one after the other.</param>
/// <param name="labels">A class an image.</param>
/// <param name="order">Where in an image's bytes each of its values stands.</param>
internal sealed class ByteImages(byte[] pixels, byte[] labels, int[] order) : IReadOnlyCollection<LabelledImage>
{
    public int Count => labels.Length;

    /// <summary>Columns: <c>Pixels</c>, a vector of Single of known size; <c>Label</c>, a Single.</summary>
    public IDataView AsDataView(DataOperationsCatalog catalog)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(LabelledImage));
        schema[nameof(LabelledImage.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, order.Length);
        return catalog.LoadFromEnumerable(this, schema);
    }

    public IEnumerator<LabelledImage> GetEnumerator()
    {
        for (int i = 0; i < labels.Length; i++)
        {
            int start = i * order.Length;
            yield return new LabelledImage { Pixels = Array.ConvertAll(order, position => pixels[start + position] / 255f), Label = labels[i] };
        }
    }

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
