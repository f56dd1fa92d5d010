namespace Disentangle.ML.Tensors;

/// <summary>
/// A random stream whose i-th number is a function of the seed and i (SplitMix64: Steele, Lea and Flood 2014), so that threads may draw any part of
/// it in any order.
/// </summary>
internal struct CounterRandom
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong _start;

    public CounterRandom(int seed) => _start = Mix((ulong)(uint)seed * Increment + 1);

    /// <summary>Where the stream stands.</summary>
    public ulong[] State
    {
        readonly get => [_start];
        set => _start = value[0];
    }

    /// <summary>Takes the next <paramref name="count"/> numbers: number i of them is <see cref="At"/>(result, i).</summary>
    public ulong Take(int count)
    {
        ulong first = _start;
        _start += (ulong)count * Increment;
        return first;
    }

    /// <summary>64 random bits.</summary>
    public static ulong At(ulong first, int index) => Mix(first + (ulong)index * Increment);

    /// <summary>Draws factors of dropout: 0 with probability <paramref name="rate"/>, 1 / (1 - rate) otherwise.</summary>
    public void FillDropout(Span<float> factors, float rate)
    {
        ulong first = Take(Pairs(factors.Length));
        for (int i = 0; i < factors.Length; i += 2)
            Store(factors[i..], DropoutPair(At(first, i / 2), Threshold(rate), 1 / (1 - rate)));
    }

    /// <summary>Draws from N(0, 1).</summary>
    public void FillNormal(Span<float> values)
    {
        ulong first = Take(Pairs(values.Length));
        for (int i = 0; i < values.Length; i += 2)
            Store(values[i..], NormalPair(At(first, i / 2)));
    }

    /// <summary>How many numbers of the stream make <paramref name="length"/> draws.</summary>
    public static int Pairs(int length) => (length + 1) / 2;

    /// <summary>The 32-bit numbers below it are those to drop.</summary>
    public static uint Threshold(float rate) => (uint)(rate * 4294967296.0);

    /// <summary>Two factors: 0, or <paramref name="kept"/>.</summary>
    public static (float, float) DropoutPair(ulong bits, uint threshold, float kept) =>
        ((uint)bits < threshold ? 0 : kept, (uint)(bits >> 32) < threshold ? 0 : kept);

    /// <summary>Two independent draws from N(0, 1), after Box and Muller.</summary>
    public static (float, float) NormalPair(ulong bits)
    {
        // (0, 1], so that the logarithm is finite, and [0, 1).
        double u = ((uint)bits + 1.0) / 4294967296.0;
        double v = (uint)(bits >> 32) / 4294967296.0;
        double radius = Math.Sqrt(-2 * Math.Log(u));
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * v);
        return ((float)(radius * cosine), (float)(radius * sine));
    }

    private static void Store(Span<float> destination, (float First, float Second) pair)
    {
        destination[0] = pair.First;
        if (destination.Length > 1)
            destination[1] = pair.Second;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
