namespace Disentangle.ML.Trainers;

/// <summary>Several views, applied one after the other.</summary>
public sealed record CombinedView : IRowView
{
    private readonly ValueList<IRowView> _views = new([]);

    /// <summary>The views, first to last. At least one.</summary>
    public IReadOnlyList<IRowView> Views { get => _views; init => _views = new(value); }

    /// <inheritdoc/>
    public float[] Change(ReadOnlySpan<float> row, Random random)
    {
        float[] changed = Views[0].Change(row, random);
        for (int i = 1; i < Views.Count; i++)
            changed = Views[i].Change(changed, random);
        return changed;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Faults() => Views.Count == 0 ? ["Views.Combine has no views; give at least one."] : Views.SelectMany(view => view.Faults());

    /// <inheritdoc/>
    public string? Mismatch(InputShape shape) => Views.Select(view => view.Mismatch(shape)).FirstOrDefault(mismatch => mismatch is not null);
}
