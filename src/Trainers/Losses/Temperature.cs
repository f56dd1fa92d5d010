namespace Disentangle.ML.Trainers;

/// <summary>
/// The temperature of the soft nearest neighbour loss in each epoch: T = <see cref="Start"/> / (<see cref="Eta"/> +
/// epoch)^<see cref="Gamma"/>, epoch from 0.
/// </summary>
/// <param name="Start">The numerator; greater than 0.</param>
/// <param name="Eta">η; greater than 0.</param>
/// <param name="Gamma">γ; 0 keeps the temperature fixed.</param>
public sealed record Temperature(float Start, float Eta, float Gamma)
{
    /// <summary>A constant temperature.</summary>
    /// <param name="value">T, greater than 0.</param>
    public static Temperature Fixed(float value) => new(value, Eta: 1, Gamma: 0);

    /// <summary>A temperature that falls from epoch to epoch: T = 1 / (η + epoch)^γ (Agarap and Azcarraga 2020).</summary>
    /// <param name="eta">Greater than 0. Default 1.</param>
    /// <param name="gamma">0 or more. Default 0.55.</param>
    public static Temperature Annealed(float eta = 1, float gamma = 0.55f) => new(Start: 1, eta, gamma);

    /// <summary>T in an epoch; epochs count from 0.</summary>
    public float At(int epoch) => Start / MathF.Pow(Eta + epoch, Gamma);

    internal IEnumerable<string> Faults()
    {
        if (!(Start > 0) || float.IsInfinity(Start))
            yield return FormattableString.Invariant($"The temperature is {Start}; it must be greater than 0.");
        if (!(Eta > 0) || float.IsInfinity(Eta))
            yield return FormattableString.Invariant($"η of the temperature is {Eta}; it must be greater than 0.");
        if (!(Gamma >= 0) || float.IsInfinity(Gamma))
            yield return FormattableString.Invariant($"γ of the temperature is {Gamma}; it must be 0 or more.");
    }
}
