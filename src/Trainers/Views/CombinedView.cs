namespace Disentangle.ML.Trainers;

/// <summary>Applies several views in order.</summary>
public sealed record CombinedView : IRowView
{
    private readonly ValueList<IRowView> _views = new([]);

    /// <summary>The views in the order they are applied. At least one.</summary>
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
    public IEnumerable<string> Faults() =>
        Views.Count == 0 ? ["Views of a combined view is empty; it must have at least one."] : Views.SelectMany(view => view.Faults());

    /// <inheritdoc/>
    public string? Mismatch(InputShape shape) =>
        Views.Select(view => view.Mismatch(shape)).FirstOrDefault(mismatch => mismatch is not null);
}
