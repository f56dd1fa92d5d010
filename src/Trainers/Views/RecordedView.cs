namespace Disentangle.ML.Trainers;

/// <summary>The record of a custom view in a saved model: its name, not its code.</summary>
/// <param name="Name">The type's name.</param>
public sealed record RecordedView(string Name) : IRowView
{
    /// <summary>Not supported: the model does not contain the code.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public float[] Change(ReadOnlySpan<float> row, Random random) => throw new NotSupportedException(Faults().Single());

    /// <summary>A recorded view cannot be used for training.</summary>
    public IEnumerable<string> Faults() => [$"'{Name}' is only the record of a custom view in a saved model; use the view itself."];
}
