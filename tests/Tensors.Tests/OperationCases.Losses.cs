namespace Disentangle.ML.Tensors.Tests;

public static partial class OperationCases
{
    private static IEnumerable<OperationCase> Losses()
    {
        int[] labels = [2, -1, 0, 1, 2, -1];
        yield return new(
            "SoftmaxCrossEntropy with rows that have no label", [Input(new Shape(6, 3), 50, 3)], (e, x) =>
            e.SoftmaxCrossEntropy(x[0], labels), x =>
                [Enumerable.Range(0, 6).Where(i => labels[i] >= 0).Average(i => LogSumExp(Row(x[0], i, 3)) - x[0][3 * i + labels[i]])]);
        yield return new("SoftmaxCrossEntropy without any label", [Input(new Shape(2, 3), 51)],
            (e, x) => e.SoftmaxCrossEntropy(x[0], [-1, -1]), _ => [0]);

        float[] targets = [0, 1, 0.25f, float.NaN, 1, 0, float.NaN, 1];
        yield return new(
            "BinaryCrossEntropyWithLogits with targets missing", [Input(new Shape(4, 2), 52, 5)], (e, x) =>
            e.BinaryCrossEntropyWithLogits(x[0], targets), x =>
                [Enumerable.Range(0, 8).Where(i => !float.IsNaN(targets[i])).Average(i => Softplus(x[0][i]) - targets[i] * x[0][i])]);
        yield return new(
            "BinaryCrossEntropyWithLogits of great logits", [Input(new Shape(4), 53, 200)], (e, x) =>
            e.BinaryCrossEntropyWithLogits(x[0], [0, 1, 0, 1]), x => [x[0].Select((v, i) => Softplus(v) - i % 2 * v).Average()]);
        float[] whole = [0, 1, 0.25f, 0.5f];
        yield return new(
            "BinaryCrossEntropyWithLogits with a tensor of targets", [Input(new Shape(2, 2), 55, 5)], (e, x) =>
            e.BinaryCrossEntropyWithLogits(x[0], e.Constant(new Shape(4), whole)),
            x => [x[0].Select((v, i) => Softplus(v) - whole[i] * v).Average()]);
        yield return new("BinaryCrossEntropyWithLogits without any target", [Input(new Shape(2), 54)], (e, x) =>
            e.BinaryCrossEntropyWithLogits(x[0], [float.NaN, float.NaN]), _ => [0]);

        foreach (OperationCase neighbors in SoftNearestNeighbors())
            yield return neighbors;
        yield return SoftNearestNeighborsFarFrom0();

        foreach (double margin in new[] { 0.05, 5 })
        {
            yield return new(
                $"RowMargin of {margin}", [Input(new Shape(5, 19), 55)], (e, x) => e.RowMargin(x[0], (float)margin), x =>
                {
                    double[][] logP =
                        [.. Enumerable.Range(0, 5).Select(i => Row(x[0], i, 19)).Select(row => Map(row, v => v - LogSumExp(row)))];
                    double sum = 0;
                    for (int r = 0; r < 5; r++)
                    {
                        for (int s = 0; s < 5; s++)
                        {
                            if (r != s)
                                sum += Math.Max(0, (float)margin - logP[r].Zip(logP[s], (p, q) => Math.Exp(p) * (p - q)).Sum());
                        }
                    }
                    return [sum];
                });
        }
    }

    private static IEnumerable<OperationCase> SoftNearestNeighbors()
    {
        int[][] labelSets =
            [[0, 1, 0, 1, 2, 0, 1], [0, -1, 0, 1, -1, 1, 0], [0, 1, 2, 3, -1, 4, 5], [-1, -1, -1, -1, -1, -1, -1], [1, 1, 1, 1, 1, 1, 1]];
        foreach (int[] labels in labelSets)
        {
            foreach (NeighborDistance distance in Enum.GetValues<NeighborDistance>())
            {
                double temperature = labels[0] == 0 ? 0.5 : 2;
                yield return new(
                    $"SoftNearestNeighbor of labels {string.Join(' ', labels)} by {distance}", [Input(new Shape(7, 5), 56)],
                    (e, x) => e.SoftNearestNeighbor(x[0], labels, (float)temperature, distance), x =>
                        [SoftNearestNeighbor(x[0], labels, 5, temperature, distance)]);
            }
        }
    }

    private static OperationCase SoftNearestNeighborsFarFrom0()
    {
        int[] labels = [0, 1, 0, 1, 2, 0, 1];
        return new("SoftNearestNeighbor of rows far from 0", [Input(new Shape(7, 5), 57, 0.5, 1000)],
            (e, x) => e.SoftNearestNeighbor(x[0], labels, 0.5f, NeighborDistance.SquaredEuclidean),
            x => [SoftNearestNeighbor(x[0], labels, 5, 0.5, NeighborDistance.SquaredEuclidean)]);
    }

    private static double SoftNearestNeighbor(double[] h, int[] labels, int columns, double temperature, NeighborDistance distance)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] >= 0)];
        double sum = 0;
        foreach (int i in rows)
        {
            double partners = 0, all = 0;
            foreach (int j in rows.Where(j => j != i))
            {
                (double[] p, double[] q) = (Row(h, i, columns), Row(h, j, columns));
                double d = distance == NeighborDistance.Cosine
                    ? 1 - p.Zip(q, (s, t) => s * t).Sum() / (Norm(p) * Norm(q))
                    : p.Zip(q, (s, t) => (s - t) * (s - t)).Sum();
                all += Math.Exp(-d / temperature);
                partners += labels[i] == labels[j] ? Math.Exp(-d / temperature) : 0;
            }
            sum -= partners > 0 ? Math.Log(partners / all) : 0;
        }
        return rows.Length == 0 ? 0 : sum / rows.Length;
    }

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
