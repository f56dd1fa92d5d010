namespace EncodeParquet;

/// <summary>A column that a model reads or gives.</summary>
/// <param name="Name">Its name, in the model and in the Parquet file.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Size">The number of values in a row; 0 if rows differ. 1 is a plain column, more is a list.</param>
public sealed record ColumnShape(string Name, ColumnKind Kind, int Size);
