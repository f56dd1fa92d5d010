namespace Disentangle.ML.Trainers;

/// <summary>What a saved model remembers of a view that is not part of this library: its name, not its code.</summary>
/// <param name="Name">The type's name.</param>
public sealed record RecordedView(string Name) : IRowView
{
    /// <summary>Not supported: the code is not in the model.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public float[] Change(ReadOnlySpan<float> row, Random random) => throw new NotSupportedException(Faults().Single());

    /// <summary>A recorded view cannot be trained with.</summary>
    public IEnumerable<string> Faults() => [$"'{Name}' is only the record of a custom view in a saved model; use the view itself."];
}
