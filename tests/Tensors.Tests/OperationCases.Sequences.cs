namespace Disentangle.ML.Tensors.Tests;

public static partial class OperationCases
{
    private static IEnumerable<OperationCase> Sequences()
    {
        yield return new("MaxOverTime", [Input(new Shape(3, 5, 18), 70)], (e, x) => e.MaxOverTime(x[0], [5, 1, 3]), x =>
            Rows(3, i => Enumerable.Range(0, 18)
                .Select(c => Enumerable.Range(0, new[] { 5, 1, 3 }[i]).Max(t => x[0][(i * 5 + t) * 18 + c]))));

        int[] lengths = [2, 5, 1, 5, 3];
        foreach ((int inputs, int hidden) in new[] { (3, 4), (4, 17) })
        {
            (Shape, double[])[] arguments =
            [
                Input(new Shape(16, inputs), 71), Input(new Shape(3 * hidden, inputs), 72), Input(new Shape(3 * hidden, hidden), 73, 0.5),
                Input(new Shape(3 * hidden), 74), Input(new Shape(3 * hidden), 75), Input(new Shape(5, hidden), 76),
            ];
            yield return new(
                $"Gru with {hidden} units", arguments[..5], (e, x) => e.Gru(x[0], lengths, x[1], x[2], x[3], x[4]), x =>
                Gru(x, null, lengths, inputs, hidden));
            yield return new(
                $"Gru with {hidden} units and a state to start from", arguments, (e, x) =>
                e.Gru(x[0], lengths, x[1], x[2], x[3], x[4], x[5]), x => Gru(x, x[5], lengths, inputs, hidden));
            yield return new(
                $"Last states of a Gru with {hidden} units", arguments[..5], (e, x) =>
                e.LastSteps(e.Gru(x[0], lengths, x[1], x[2], x[3], x[4]), lengths), x =>
                {
                    double[] states = Gru(x, null, lengths, inputs, hidden);
                    return [.. new[] { 1, 6, 7, 12, 15 }.SelectMany(row => Row(states, row, hidden))];
                });
        }
    }

    private static double[] Gru(double[][] arguments, double[]? initial, int[] lengths, int inputs, int hidden)
    {
        (double[] x, double[] inputWeight, double[] hiddenWeight) = (arguments[0], arguments[1], arguments[2]);
        (double[] inputBias, double[] hiddenBias) = (arguments[3], arguments[4]);
        var states = new List<double>();
        int row = 0;
        for (int sequence = 0; sequence < lengths.Length; sequence++)
        {
            double[] h = initial is null ? new double[hidden] : Row(initial, sequence, hidden);
            for (int step = 0; step < lengths[sequence]; step++, row++)
            {
                double[] before = h;
                double FromInput(int gate) =>
                    inputBias[gate] + Enumerable.Range(0, inputs).Sum(i => inputWeight[gate * inputs + i] * x[row * inputs + i]);
                double FromState(int gate) =>
                    hiddenBias[gate] + Enumerable.Range(0, hidden).Sum(i => hiddenWeight[gate * hidden + i] * before[i]);
                h = [.. Enumerable.Range(0, hidden).Select(j =>
                {
                    double r = Activate(FromInput(j) + FromState(j), Activation.Sigmoid);
                    double z = Activate(FromInput(hidden + j) + FromState(hidden + j), Activation.Sigmoid);
                    double n = Math.Tanh(FromInput(2 * hidden + j) + r * FromState(2 * hidden + j));
                    return (1 - z) * n + z * before[j];
                })];
                states.AddRange(h);
            }
        }
        return [.. states];
    }
}
