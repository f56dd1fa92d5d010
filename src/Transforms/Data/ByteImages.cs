using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Images stored as bytes and converted to numbers from 0 to 1 as they are read.</summary>
/// <param name="pixels">All images, concatenated.</param>
/// <param name="labels">The class of each image.</param>
/// <param name="size">The number of bytes in an image.</param>
/// <param name="order">For each value of an image, its index in the image's bytes. Null: the same order.</param>
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
