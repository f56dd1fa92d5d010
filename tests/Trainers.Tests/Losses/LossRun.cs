using Disentangle.ML.Tensors;
using Xunit.Sdk;

namespace Disentangle.ML.Trainers.Tests.Losses;

/// <summary>A loss on an engine, and its comparison with values in Double.</summary>
internal sealed record LossRun(double Value, IReadOnlyDictionary<string, float[]> Gradients)
{
    private const double Step = 1e-6;

    /// <summary>The value of a loss and its gradients with respect to every variable of the inputs.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="inputs">What it looks at.</param>
    /// <param name="memory">What it remembers. Default: nothing yet.</param>
    public static LossRun Of(ILoss loss, LossInputs inputs, float[]? memory = null)
    {
        using var engine = new ManagedEngine(threads: 1);
        Dictionary<string, Parameter> parameters =
            inputs.Variables.ToDictionary(variable => variable.Name, variable => engine.CreateParameter(
            variable.Name, new Shape(variable.Values.Length, variable.Values[0].Length), Flat(variable.Values)));
        Classifier? classifier = null;
        if (inputs.ClassWeights is not null)
        {
            classifier = new Classifier(engine, loss.Similarity
                ?? Similarity.Linear, inputs.Embedding[0].Length, inputs.ClassCount, directions: false, new Random(0));
            foreach (Parameter parameter in classifier.Parameters)
            {
                string name = Name(parameter);
                engine.SetValues(parameter, Flat(inputs.Variables.Single(variable => variable.Name == name).Values));
                parameters[name] = parameter;
            }
        }

        using IDisposable step = engine.BeginStep(training: true);
        Tensor Value(string name) =>
            parameters.TryGetValue(name, out Parameter? parameter) ? parameter.Value : engine.Fill(new Shape(1, 1), 0);
        Tensor embedding = Value("embedding");
        LossContext context = LossContexts.Create(
            engine, new LayerOutput(embedding, Value("weight")), inputs.Labels, classifier?.Logits(engine, embedding), classifier?.Weight,
            inputs.ClassCount, inputs.Epoch,
            inputs.Hidden is null ? [] : [new LayerOutput(Value("hidden"), Value("hiddenWeight"))],
            inputs.Reconstruction is null ? null : new Reconstruction([], Value("reconstruction")),
            inputs.Features is null ? null : Flat(inputs.Features), paired: loss.Pairs is not null);
        Tensor result = loss.Compute(memory is null ? context : context.For(_ => memory));
        engine.Backward(result);
        return new LossRun(result.Item(), parameters.ToDictionary(parameter => parameter.Key, parameter =>
        {
            var gradient = new float[parameter.Value.Value.Shape.Length];
            engine.CopyGradient(parameter.Value, gradient);
            return gradient;
        }));
    }

    /// <summary>Checks the value against a reference, and the gradients against the central differences of the reference.</summary>
    public void AssertAgrees(LossInputs inputs, Func<LossInputs, double> reference)
    {
        AssertClose([reference(inputs)], [(float)Value], "value");
        foreach ((string name, double[][] values) in inputs.Variables)
        {
            double[] differences =
                [.. values.SelectMany(row => row.Select((_, column) => Difference(row, column, () => reference(inputs))).ToArray())];
            AssertClose(differences, Gradients[name], $"gradient of {name}");
        }
    }

    /// <summary>Checks that numbers differ by no more than 1e-5 of the greatest of them, or of 1.</summary>
    public static void AssertClose(double[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = Math.Max(1, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= 1e-5 * scale))
                throw new XunitException($"Number {i} of the {what} is {actual[i]} instead of {expected[i]}.");
        }
    }

    public void AssertIsZero()
    {
        Assert.Equal(0, Value);
        Assert.All(Gradients.Values, gradient => Assert.All(gradient, element => Assert.Equal(0, element)));
    }

    private static double Difference(double[] row, int column, Func<double> reference)
    {
        double original = row[column];
        row[column] = original + Step;
        double above = reference();
        row[column] = original - Step;
        double below = reference();
        row[column] = original;
        return (above - below) / (2 * Step);
    }

    private static string Name(Parameter parameter) => parameter.Name switch
    {
        "classifier.logGamma" => "logGamma",
        var name when name.EndsWith("bias", StringComparison.Ordinal) => "bias",
        _ => "classWeights",
    };

    private static float[] Flat(double[][] rows) => [.. rows.SelectMany(row => row.Select(value => (float)value))];
}
