namespace Disentangle.ML.Trainers;

/// <summary>
/// How the weights of a layer are drawn before training. Biases start at 0, except for <see cref="FanInUniform"/>. The inputs of a neuron are what it
/// depends on: for a convolution kernel height x kernel width x channels; the outputs of an input likewise kernel height x kernel width x filters.
/// </summary>
public enum WeightInitialization
{
    /// <summary>Weights and biases uniform in ±1/√inputs: what PyTorch does by default.</summary>
    FanInUniform,

    /// <summary>Normal with variance 2/inputs (He et al. 2015), for ReLU.</summary>
    He,

    /// <summary>Uniform in ±√(6/(inputs + outputs)) (Glorot and Bengio 2010), for sigmoid and tanh.</summary>
    Glorot,
}

/// <summary>Draws start weights.</summary>
internal static class InitialWeights
{
    [ThreadStatic]
    private static long? _allowed;

    /// <summary>
    /// Until it is disposed, layers made on this thread may have no more weights than these together: what is read from a file decides
    /// only within its own size how much memory is taken.
    /// </summary>
    public static IDisposable Allow(long weights)
    {
        _allowed = weights;
        return new Allowance();
    }

    /// <summary>Says that a layer with so many weights comes next.</summary>
    /// <param name="layer">Its name.</param>
    /// <param name="lengths">Their product is the number.</param>
    /// <exception cref="ArgumentException">They are more than an array holds, or than are allowed.</exception>
    public static void Reserve(string layer, params ReadOnlySpan<long> lengths)
    {
        double count = 1;
        foreach (long length in lengths)
            count *= length;
        if (count > Math.Min(Array.MaxLength, _allowed ?? long.MaxValue))
        {
            string limit = _allowed is null
                ? $"at most {Array.MaxLength} are possible; make the layer smaller"
                : $"{_allowed} are left of those that were saved";
            throw new ArgumentException($"The layer '{layer}' has {string.Join(" x ", lengths.ToArray())} weights; {limit}.");
        }
        _allowed -= (long)count;
    }

    private sealed class Allowance : IDisposable
    {
        public void Dispose() => _allowed = null;
    }

    /// <summary>The weights and biases of a layer.</summary>
    /// <param name="neurons">Neurons, or filters; one bias each.</param>
    /// <param name="inputs">What a neuron depends on; one weight each.</param>
    /// <param name="outputs">What an input acts on.</param>
    /// <param name="initialization">The distribution.</param>
    /// <param name="random">Where they are drawn from: the weights first.</param>
    public static (float[] Weights, float[] Biases) Draw(int neurons, int inputs, int outputs, WeightInitialization initialization, Random random)
    {
        int count = checked(neurons * inputs);
        return initialization switch
        {
            WeightInitialization.FanInUniform => (Uniform(count, 1 / Math.Sqrt(inputs), random), Uniform(neurons, 1 / Math.Sqrt(inputs), random)),
            WeightInitialization.He => (Normal(count, Math.Sqrt(2.0 / inputs), random), new float[neurons]),
            WeightInitialization.Glorot => (Uniform(count, Math.Sqrt(6.0 / (inputs + outputs)), random), new float[neurons]),
            _ => throw new ArgumentOutOfRangeException(nameof(initialization), initialization, "There is no such initialisation."),
        };
    }

    /// <summary>Numbers uniform in ±bound.</summary>
    public static float[] Uniform(int count, double bound, Random random)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)((2 * random.NextDouble() - 1) * bound);
        return values;
    }

    private static float[] Normal(int count, double deviation, Random random)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
        return values;
    }
}
