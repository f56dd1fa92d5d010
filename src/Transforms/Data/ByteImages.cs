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
/// <param name="size">The number of bytes in an image.</param>
/// <param name="order">Where in an image's bytes each of its values stands. Null: at its own place.</param>
internal sealed class ByteImages(byte[] pixels, byte[] labels, int size, int[]? order = null) : IReadOnlyCollection<LabelledImage>
{
    public int Count => labels.Length;

    /// <summary>Columns: <c>Pixels</c>, a vector of Single of known size; <c>Label</c>, a Single.</summary>
    public IDataView AsDataView(DataOperationsCatalog catalog)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(LabelledImage));
        schema[nameof(LabelledImage.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, size);
        return catalog.LoadFromEnumerable(this, schema);
    }

    public IEnumerator<LabelledImage> GetEnumerator()
    {
        for (int i = 0; i < labels.Length; i++)
        {
            var values = new float[size];
            for (int j = 0; j < size; j++)
                values[j] = pixels[i * size + (order is null ? j : order[j])] / 255f;
            yield return new LabelledImage { Pixels = values, Label = labels[i] };
        }
    }

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
