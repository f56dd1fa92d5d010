namespace Disentangle.ML.Trainers;

/// <summary>Draws initial weights.</summary>
internal static class InitialWeights
{
    [ThreadStatic]
    private static long? _allowed;

    /// <summary>
    /// Limits the total number of weights of layers created on this thread until disposed, so that a file cannot request more memory than
    /// its own size justifies.
    /// </summary>
    public static IDisposable Allow(long weights)
    {
        _allowed = weights;
        return new Allowance();
    }

    /// <summary>Announces the number of weights of the next layer.</summary>
    /// <param name="layer">The name of the layer.</param>
    /// <param name="lengths">Factors of the number of weights.</param>
    /// <exception cref="ArgumentException">
    /// The number exceeds the maximum length of an array or the limit set by <see cref="Allow"/>.
    /// </exception>
    public static void Reserve(string layer, params ReadOnlySpan<long> lengths)
    {
        double count = 1;
        foreach (long length in lengths)
            count *= length;
        if (count > Math.Min(Array.MaxLength, _allowed ?? long.MaxValue))
        {
            string limit = _allowed is null
                ? $"the maximum is {Array.MaxLength}; make the layer smaller"
                : $"the saved weights that remain are {_allowed}";
            throw new ArgumentException($"The layer '{layer}' has {string.Join(" x ", lengths.ToArray())} weights; {limit}.");
        }
        _allowed -= (long)count;
    }

    private sealed class Allowance : IDisposable
    {
        public void Dispose() => _allowed = null;
    }

    /// <summary>The weights and biases of a layer.</summary>
    /// <param name="neurons">The number of neurons or filters; each has one bias.</param>
    /// <param name="inputs">The number of inputs of a neuron; each has one weight.</param>
    /// <param name="outputs">The number of outputs of an input.</param>
    /// <param name="initialization">The distribution.</param>
    /// <param name="random">The random number generator; weights are drawn before biases.</param>
    public static (float[] Weights, float[] Biases) Draw(int neurons, int inputs, int outputs, WeightInitialization initialization,
        Random random)
    {
        int count = checked(neurons * inputs);
        return initialization switch
        {
            WeightInitialization.FanInUniform =>
                (Uniform(count, 1 / Math.Sqrt(inputs), random), Uniform(neurons, 1 / Math.Sqrt(inputs), random)),
            WeightInitialization.He => (Normal(count, Math.Sqrt(2.0 / inputs), random), new float[neurons]),
            WeightInitialization.Glorot => (Uniform(count, Math.Sqrt(6.0 / (inputs + outputs)), random), new float[neurons]),
            _ => throw new ArgumentOutOfRangeException(nameof(initialization), initialization, "Unknown weight initialization."),
        };
    }

    /// <summary>Values uniform in ±bound.</summary>
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
