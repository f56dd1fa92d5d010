namespace EncodeParquet;

/// <summary>An integer in a row, such as a cluster.</summary>
public sealed record IntegerColumn(long[] Values) : Column(Values.Length);
