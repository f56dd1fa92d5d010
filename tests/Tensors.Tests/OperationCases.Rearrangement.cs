namespace Disentangle.ML.Tensors.Tests;

public static partial class OperationCases
{
    private static IEnumerable<OperationCase> Rearrangement()
    {
        yield return new("Transpose", [Input(new Shape(19, 26), 30)], (e, x) => e.Transpose(x[0]), x =>
            Rows(26, j => Enumerable.Range(0, 19).Select(i => x[0][i * 26 + j])));
        yield return new("Reshape", [Input(new Shape(4, 6), 31)], (e, x) => e.Square(e.Reshape(x[0], new Shape(3, 2, 4))),
            x => Map(x[0], v => v * v));
        yield return new(
            "Reshape of a tensor used twice", [Input(new Shape(4, 6), 31)], (e, x) =>
                e.Reshape(e.Exp(x[0]), new Shape(24)) * e.Reshape(e.Exp(x[0]), new Shape(24)), x => Map(x[0], v => Math.Exp(2 * v)));
        yield return new(
            "Concatenate rows", [Input(new Shape(2, 5), 32), Input(new Shape(3, 5), 33)], (e, x) => e.Concatenate([x[0], x[1]], 0), x =>
            [.. x[0], .. x[1]]);
        yield return new(
            "Concatenate columns", [Input(new Shape(3, 5), 32), Input(new Shape(3, 2), 33)], (e, x) =>
            e.Concatenate([x[0], x[1], x[0]], -1), x => Rows(3, i => [.. Row(x[0], i, 5), .. Row(x[1], i, 2), .. Row(x[0], i, 5)]));
        yield return new("Slice rows", [Input(new Shape(6, 5), 34)], (e, x) => e.Slice(x[0], 0, 2, 3), x => x[0][10..25]);
        yield return new("Slice columns", [Input(new Shape(6, 5), 34)], (e, x) => e.Slice(x[0], 1, 1, 2),
            x => Rows(6, i => Row(x[0], i, 5)[1..3]));
        yield return new(
            "Slices that overlap", [Input(new Shape(6, 5), 34)], (e, x) => e.Slice(x[0], 0, 0, 4) * e.Slice(x[0], 0, 2, 4),
            x => [.. x[0][..20].Zip(x[0][10..], (p, q) => p * q)]);
        yield return new("GatherRows, one of them twice", [Input(new Shape(4, 7), 35)], (e, x) => e.GatherRows(x[0], [2, 0, 2]), x =>
            [.. Row(x[0], 2, 7), .. Row(x[0], 0, 7), .. Row(x[0], 2, 7)]);
        yield return new("Pick", [Input(new Shape(3, 4), 36)], (e, x) => e.Pick(x[0], [3, 0, 1]), x => [x[0][3], x[0][4], x[0][9]]);
    }
}
