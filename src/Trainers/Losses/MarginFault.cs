namespace Disentangle.ML.Trainers;

internal static class MarginFault
{
    public static IEnumerable<string> Of(string name, float margin)
    {
        if (!(margin > 0) || float.IsInfinity(margin))
            yield return FormattableString.Invariant($"The margin of {name} is {margin}; it must be greater than 0.");
    }
}
