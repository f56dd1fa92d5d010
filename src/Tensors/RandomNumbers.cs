using System.Runtime.CompilerServices;

namespace Disentangle.ML.Tensors;

/// <summary>Turns each number of a <see cref="CounterRandom"/>, 64 random bits, into two random values.</summary>
internal static class RandomNumbers
{
    /// <summary>0 with probability <paramref name="rate"/>, 1 / (1 - rate) otherwise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DropoutFactors(ulong first, Span<float> factors, float rate)
    {
        uint threshold = DropoutThreshold(rate);
        uint kept = BitConverter.SingleToUInt32Bits(1 / (1 - rate));
        for (int i = 0; 2 * i < factors.Length; i++)
        {
            ulong bits = CounterRandom.At(first, i);
            factors[2 * i] = Factor((uint)bits, threshold, kept);
            if (2 * i + 1 < factors.Length)
                factors[2 * i + 1] = Factor((uint)(bits >> 32), threshold, kept);
        }
    }

    /// <summary>Draws of 32 bits below this become 0.</summary>
    public static uint DropoutThreshold(float rate) => (uint)(rate * 4294967296.0);

    /// <summary>0 if the draw is below the threshold, otherwise the kept factor: without a branch, which nobody could predict.</summary>
    private static float Factor(uint draw, uint threshold, uint kept)
    {
        var isKept = (uint)~((long)((ulong)draw - threshold) >> 63);
        return BitConverter.UInt32BitsToSingle(kept & isKept);
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
