namespace Disentangle.ML.Transforms;

/// <summary>An array that was read. The first index changes fastest.</summary>
internal sealed record MatArray(int[] Dimensions, byte[] Values)
{
    public string Shape => string.Join(" x ", Dimensions);
}
