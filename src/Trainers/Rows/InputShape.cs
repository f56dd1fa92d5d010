namespace Disentangle.ML.Trainers;

/// <summary>The shape of a row of features.</summary>
/// <param name="Width">The number of features in a row, or in a step of a sequence.</param>
/// <param name="IsSequence">Whether a row is a sequence of one or more steps.</param>
public readonly record struct InputShape(int Width, bool IsSequence)
{
    /// <summary>For example <c>vectors of 784 features</c>.</summary>
    public override string ToString() => IsSequence ? $"sequences of steps with {Width} values" : $"vectors of {Width} features";

    /// <summary>Describes what is wrong with a row of this length, as the end of a sentence; null if nothing is.</summary>
    public string? Fault(int length) => (IsSequence, length) switch
    {
        (false, _) when length != Width => $"{length} values; the model was trained on {Width}.",
        (true, 0) => "no steps; a sequence needs at least one.",
        (true, _) when length % Width != 0 => $"{length} values; they do not divide into steps of {Width}.",
        _ => null,
    };
}
