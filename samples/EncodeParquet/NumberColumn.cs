namespace EncodeParquet;

/// <summary>Numbers, several in a row.</summary>
/// <param name="Values">The values of all rows, one row after the other.</param>
/// <param name="Ends">For each row, where its values end.</param>
public sealed record NumberColumn(float[] Values, int[] Ends) : Column(Ends.Length)
{
    public ReadOnlyMemory<float> Row(int row) => Values.AsMemory(row == 0 ? 0 : Ends[row - 1], Length(row));

    public int Length(int row) => Ends[row] - (row == 0 ? 0 : Ends[row - 1]);
}
