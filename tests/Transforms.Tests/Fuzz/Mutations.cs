using System.Buffers.Binary;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>Damages bytes: each number gives a change of its own, the same in every run.</summary>
internal static class Mutations
{
    private static readonly int[] Extremes = [0, -1, 1, 255, 65536, int.MaxValue, int.MinValue, 1 << 30, 1 << 24];

    public static byte[] Of(byte[] seed, int number)
    {
        var random = new Random(number);
        byte[] bytes = [.. seed];
        for (int changes = 1 + random.Next(4); changes > 0; changes--)
            bytes = Changed(bytes, random);
        return bytes;
    }

    private static byte[] Changed(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
            return [(byte)random.Next(256)];
        // The beginning says what follows, so that it is hit more often.
        int at = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Length, 64) : bytes.Length);
        int length = 1 + random.Next(Math.Min(16, bytes.Length - at));
        switch (random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 4:
                return [.. bytes[..at], .. Enumerable.Range(0, length).Select(_ => (byte)random.Next(256)), .. bytes[at..]];
            case 5:
                return [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
            case 6:
                int other = random.Next(bytes.Length);
                (bytes[at], bytes[other]) = (bytes[other], bytes[at]);
                return bytes;
            default:
                if (at + sizeof(int) <= bytes.Length)
                {
                    int value = Extremes[random.Next(Extremes.Length)];
                    if (random.Next(2) == 0)
                        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), value);
                    else
                        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
                }
                return bytes;
        }
    }
}
