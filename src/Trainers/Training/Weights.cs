using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Moves the values of parameters between engines.</summary>
internal static class Weights
{
    /// <summary>Copies the values of parameters to those of a network of the same architecture.</summary>
    /// <param name="from">Parameters of any engine.</param>
    /// <param name="to">As many, of the same shapes, in the same order.</param>
    /// <param name="engine">The engine that made <paramref name="to"/>.</param>
    public static void Copy(IEnumerable<Parameter> from, IEnumerable<Parameter> to, Engine engine)
    {
        foreach ((Parameter source, Parameter target) in from.Zip(to))
            engine.SetValues(target, source.Value.ToArray());
    }
}
