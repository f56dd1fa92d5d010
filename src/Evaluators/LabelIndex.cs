using System.Numerics.Tensors;

namespace Disentangle.ML.Evaluators;

/// <summary>The distinct values of a list of integers in ascending order, and the index of each element in them.</summary>
internal readonly record struct LabelIndex(int[] Values, int[] Codes)
{
    public static LabelIndex Of(ReadOnlySpan<int> labels)
    {
        if (labels.IsEmpty)
            return new([], []);
        int min = TensorPrimitives.Min(labels);
        long range = (long)TensorPrimitives.Max(labels) - min + 1;
        return range <= Math.Max(1 << 16, 2L * labels.Length) ? ByLookup(labels, min, (int)range) : ByHash(labels);
    }

    private static LabelIndex ByLookup(ReadOnlySpan<int> labels, int min, int range)
    {
        var code = new int[range];
        foreach (int label in labels)
            code[label - min] = 1;
        int count = 0;
        var values = new int[TensorPrimitives.Sum<int>(code)];
        for (int offset = 0; offset < range; offset++)
        {
            if (code[offset] == 0)
                continue;
            values[count] = min + offset;
            code[offset] = count++;
        }

        var codes = new int[labels.Length];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = code[labels[i] - min];
        return new(values, codes);
    }

    private static LabelIndex ByHash(ReadOnlySpan<int> labels)
    {
        var code = new Dictionary<int, int>();
        foreach (int label in labels)
            code[label] = 0;
        int[] values = [.. code.Keys];
        Array.Sort(values);
        for (int i = 0; i < values.Length; i++)
            code[values[i]] = i;

        var codes = new int[labels.Length];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = code[labels[i]];
        return new(values, codes);
    }
}
