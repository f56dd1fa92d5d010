using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Holds the weights of trained models: parameters that are not trained and shared by all scoring sessions.</summary>
internal static class WeightStore
{
    /// <summary>The engine that creates the parameters of trained models. It never opens a step and is never disposed.</summary>
    public static ManagedEngine Engine { get; } = new(threads: 1);

    /// <summary>Creates constant start weights for parameters whose values are set later.</summary>
    public static Random NoRandom() => new Constant();

    /// <summary>Copies weights by name to the parameters of another engine.</summary>
    /// <exception cref="ArgumentException">The names or shapes of the parameters differ.</exception>
    public static void Copy(IReadOnlyList<Parameter> from, Engine engine, IReadOnlyList<Parameter> to)
    {
        Dictionary<string, Parameter> sources = from.ToDictionary(parameter => parameter.Name);
        foreach (Parameter parameter in to)
        {
            if (!sources.TryGetValue(parameter.Name, out Parameter? source) || source.Value.Shape != parameter.Value.Shape)
                throw new ArgumentException($"There are no weights '{parameter.Name}' of shape {parameter.Value.Shape}.", nameof(from));
            engine.SetValues(parameter, source.Value.ToArray());
        }
    }

    private sealed class Constant : Random
    {
        protected override double Sample() => 0.5;

        public override double NextDouble() => 0.5;

        public override float NextSingle() => 0.5f;
    }
}
