namespace Disentangle.ML.Trainers;

/// <summary>Rows of two sets. The first rows of both are pairs of the same class.</summary>
internal sealed class JointBatch(InputShape primary, InputShape auxiliary, DeviceRows? device = null) : ITrainingBatch<JointBatch>
{
    public RowBatch Primary { get; } = new(primary, device);

    public RowBatch Auxiliary { get; } = new(auxiliary, device);

    /// <summary>The number of pairs.</summary>
    public int Pairs { get; set; }

    public int Count { get; set; }

    /// <summary>The labels of the primary rows.</summary>
    public ReadOnlySpan<int> Labels => Primary.Labels;

    public void Clear()
    {
        Primary.Clear();
        Auxiliary.Clear();
        (Pairs, Count) = (0, 0);
    }

    public void Exchange(JointBatch other)
    {
        Primary.Exchange(other.Primary);
        Auxiliary.Exchange(other.Auxiliary);
        (Pairs, other.Pairs) = (other.Pairs, Pairs);
        (Count, other.Count) = (other.Count, Count);
    }
}
