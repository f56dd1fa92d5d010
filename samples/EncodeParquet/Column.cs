namespace EncodeParquet;

/// <summary>The values of a column in one row group.</summary>
/// <param name="Rows">The number of rows.</param>
public abstract record Column(int Rows);
