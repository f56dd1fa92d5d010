using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Hashes that are the same in every process, unlike those of <see cref="HashCode"/>.</summary>
internal static class HashCode32
{
    public static int Mix(int seed, int value) => (int)(Mix64(seed, value) >> 33);

    public static double Uniform(int seed, long value) => (Mix64(seed, value) >> 11) * (1.0 / (1ul << 53));

    private static ulong Mix64(int seed, long value) => CounterRandom.At((ulong)(uint)seed << 32, value + 1);
}
