namespace Disentangle.ML.Tensors.Tests;

/// <summary>An operation under test: engine code, and the same formula in plain loops of Double.</summary>
/// <param name="Name">What the test is called.</param>
/// <param name="Inputs">Shape and values of each argument; a gradient is checked for each.</param>
/// <param name="Compute">The operation on an engine.</param>
/// <param name="Reference">The operation on arrays, row-major.</param>
public sealed record OperationCase(
    string Name, (Shape Shape, double[] Values)[] Inputs, Func<Engine, Tensor[], Tensor> Compute, Func<double[][], double[]> Reference)
{
    private const double Tolerance = 1e-5;
    private const double Step = 1e-5;

    /// <summary>Whether the gradient is checked; not so where it is zero almost everywhere or the operation is not smooth.</summary>
    public bool CheckGradient { get; init; } = true;

    public override string ToString() => Name;

    /// <summary>
    /// Checks the result against the reference, and the gradient of Σ c·result, c fixed and arbitrary, against central differences of the
    /// reference.
    /// </summary>
    public void Check(Engine engine)
    {
        double[][] values = [.. Inputs.Select(input => input.Values.Select(value => (double)(float)value).ToArray())];
        double[] expected = Reference(values);
        Parameter[] parameters = [.. Inputs.Select((input, i) => engine.CreateParameter($"input{i}", input.Shape, ToSingle(values[i])))];
        Tensor[] tensors = [.. parameters.Select(parameter => parameter.Value)];

        using (engine.BeginStep(training: false))
            AssertClose(expected, Compute(engine, tensors).ToArray(), "the result in an inference step");

        double[] coefficients = [.. Enumerable.Range(0, expected.Length).Select(i => (double)(float)Math.Cos(1 + 1.7 * i))];
        using (engine.BeginStep(training: true))
        {
            Tensor result = Compute(engine, tensors);
            AssertClose(expected, result.ToArray(), "the result in a training step");
            if (!CheckGradient)
                return;
            engine.Backward(engine.Sum(engine.Multiply(result, engine.Constant(result.Shape, ToSingle(coefficients)))));
        }

        for (int i = 0; i < values.Length; i++)
        {
            var gradient = new float[values[i].Length];
            engine.CopyGradient(parameters[i], gradient);
            AssertClose(Differences(values, i, coefficients), gradient, $"the gradient of input {i}");
        }
    }

    private double[] Differences(double[][] values, int input, double[] coefficients)
    {
        var differences = new double[values[input].Length];
        for (int j = 0; j < differences.Length; j++)
        {
            double original = values[input][j];
            values[input][j] = original + Step;
            double above = Weighted();
            values[input][j] = original - Step;
            double below = Weighted();
            values[input][j] = original;
            differences[j] = (above - below) / (2 * Step);
        }
        return differences;

        double Weighted() => Reference(values).Zip(coefficients, (value, coefficient) => value * coefficient).Sum();
    }

    private void AssertClose(double[] expected, float[] actual, string what)
    {
        if (expected.Length != actual.Length)
            throw new InvalidOperationException($"{Name}: {what} has {actual.Length} elements instead of {expected.Length}.");
        double scale = Math.Max(1, expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = expected[i].Equals((double)actual[i]) || Math.Abs(expected[i] - actual[i]) <= Tolerance * scale;
            if (!same)
                throw new InvalidOperationException($"{Name}: {what} is {actual[i]} instead of {expected[i]} at element {i}.");
        }
    }

    private static float[] ToSingle(double[] values) => [.. values.Select(value => (float)value)];
}
