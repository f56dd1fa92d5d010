namespace EncodeParquet;

/// <summary>A text in a row.</summary>
public sealed record TextColumn(string[] Values) : Column(Values.Length);
