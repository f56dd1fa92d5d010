using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>A text column: one text per row, or a vector of texts, which are read in order.</summary>
internal static class TextColumn
{
    private const string Types = "text, or a vector of texts";

    public static void Check(SchemaShape schema, string name)
    {
        SchemaShape.Column column = Schemas.Column(schema, name, "text");
        if (column.ItemType is not TextDataViewType || column.IsKey)
            throw Schemas.WrongType(name, "text", $"{column.Kind} of {column.ItemType}", Types);
    }

    public static void Check(DataViewSchema schema, string name)
    {
        DataViewType type = Schemas.Column(schema, name, "text").Type;
        if (((type as VectorDataViewType)?.ItemType ?? type) is not TextDataViewType)
            throw Schemas.WrongType(name, "text", type.ToString()!, Types);
    }

    /// <summary>
    /// Splits texts into words at white space. Without any, returns one empty word, which is unknown to every vocabulary.
    /// </summary>
    public static IEnumerable<ReadOnlyMemory<char>> Words(VBuffer<ReadOnlyMemory<char>> texts)
    {
        bool any = false;
        foreach (ReadOnlyMemory<char> text in texts.DenseValues())
        {
            int end;
            for (ReadOnlyMemory<char> rest = text.TrimStart(); !rest.IsEmpty; rest = rest[end..].TrimStart())
            {
                for (end = 1; end < rest.Length && !char.IsWhiteSpace(rest.Span[end]);)
                    end++;
                any = true;
                yield return rest[..end];
            }
        }
        if (!any)
            yield return default;
    }
}
