using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>A loss by name, and its weight.</summary>
internal readonly record struct LossTerm(string Name, float Weight)
{
    public override string ToString() => Invariant($"{Weight} {Name}");
}
