using System.Runtime.CompilerServices;

namespace Disentangle.ML.Tensors;

/// <summary>Turns each number of a <see cref="CounterRandom"/>, 64 random bits, into two random values.</summary>
internal static class RandomNumbers
{
    /// <summary>0 with probability <paramref name="rate"/>, 1 / (1 - rate) otherwise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DropoutFactors(ulong first, Span<float> factors, float rate)
    {
        var threshold = (uint)(rate * 4294967296.0);
        float kept = 1 / (1 - rate);
        for (int i = 0; 2 * i < factors.Length; i++)
        {
            ulong bits = CounterRandom.At(first, i);
            factors[2 * i] = (uint)bits < threshold ? 0 : kept;
            if (2 * i + 1 < factors.Length)
                factors[2 * i + 1] = (uint)(bits >> 32) < threshold ? 0 : kept;
        }
    }

    /// <summary>Independent draws from N(0, 1) by the Box-Muller transform.</summary>
    public static void Normal(ulong first, Span<float> values)
    {
        for (int i = 0; 2 * i < values.Length; i++)
        {
            ulong bits = CounterRandom.At(first, i);
            // (0, 1], so that the logarithm is finite, and [0, 1).
            double u = ((uint)bits + 1.0) / 4294967296.0;
            double v = (uint)(bits >> 32) / 4294967296.0;
            double radius = Math.Sqrt(-2 * Math.Log(u));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * v);
            values[2 * i] = (float)(radius * cosine);
            if (2 * i + 1 < values.Length)
                values[2 * i + 1] = (float)(radius * sine);
        }
    }
}
