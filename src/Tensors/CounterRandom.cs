namespace Disentangle.ML.Tensors;

/// <summary>
/// A random stream whose i-th number is a function of the seed and i (SplitMix64: Steele, Lea and Flood 2014), so threads may draw any part
/// of it in any order.
/// </summary>
internal struct CounterRandom
{
    public const ulong Increment = 0x9E3779B97F4A7C15;
    public const ulong FirstFactor = 0xBF58476D1CE4E5B9;
    public const ulong SecondFactor = 0x94D049BB133111EB;
    public const int FirstShift = 30, SecondShift = 27, ThirdShift = 31;

    private ulong _start;

    public CounterRandom(int seed) => _start = Mix((ulong)(uint)seed * Increment + 1);

    /// <summary>The position in the stream.</summary>
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

    /// <summary>The position <paramref name="count"/> numbers after <paramref name="first"/>.</summary>
    public static ulong Skip(ulong first, int count) => first + (ulong)count * Increment;

    /// <summary>Number <paramref name="index"/> of those that begin at <paramref name="first"/>: 64 random bits.</summary>
    public static ulong At(ulong first, long index) => Mix(first + (ulong)index * Increment);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> FirstShift)) * FirstFactor;
        z = (z ^ (z >> SecondShift)) * SecondFactor;
        return z ^ (z >> ThirdShift);
    }
}
