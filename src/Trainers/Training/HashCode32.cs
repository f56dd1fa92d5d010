namespace Disentangle.ML.Trainers;

/// <summary>Hashes that are the same in every process, unlike those of <see cref="HashCode"/>.</summary>
internal static class HashCode32
{
    public static int Mix(int seed, int value) => (int)(Mix64(seed, value) >> 33);

    public static double Uniform(int seed, long value) => (Mix64(seed, value) >> 11) * (1.0 / (1ul << 53));

    // The finaliser of SplitMix64.
    private static ulong Mix64(int seed, long value)
    {
        ulong z = ((ulong)(uint)seed << 32) + (ulong)value * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
