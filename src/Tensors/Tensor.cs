namespace Disentangle.ML.Tensors;

/// <summary>
/// A dense array of Single, created by an <see cref="Tensors.Engine"/>. The result of an operation is valid until the engine's step
/// (<see cref="Engine.BeginStep"/>) ends; parameters are valid as long as they are referenced.
/// </summary>
/// <remarks>
/// Operators use the engine of their left operand. The engine of a parameter is the one that created it, so if another engine reads the
/// parameter, call that engine's methods instead.
/// </remarks>
public abstract class Tensor(Engine engine, Shape shape)
{
    /// <summary>The engine that created this tensor.</summary>
    public Engine Engine { get; } = engine;

    /// <summary>The lengths of the axes.</summary>
    public Shape Shape { get; } = shape;

    /// <summary>Whether <see cref="Engine.Backward"/> computes a gradient for this tensor.</summary>
    public abstract bool RequiresGradient { get; }

    /// <summary>Copies the elements, row-major.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <see cref="Shape.Length"/>.</exception>
    public abstract void CopyTo(Span<float> destination);

    /// <summary>The elements as a new array, row-major.</summary>
    public float[] ToArray()
    {
        var values = new float[Shape.Length];
        CopyTo(values);
        return values;
    }

    /// <summary>The value of a tensor with one element.</summary>
    /// <exception cref="InvalidOperationException">The tensor does not have exactly one element.</exception>
    public float Item()
    {
        if (Shape.Length != 1)
            throw new InvalidOperationException($"A tensor of shape {Shape} does not have exactly one element.");
        Span<float> value = stackalloc float[1];
        CopyTo(value);
        return value[0];
    }

    /// <summary>Elementwise sum, with broadcasting.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => a.Engine.Add(a, b);

    /// <summary>Elementwise difference, with broadcasting.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => a.Engine.Subtract(a, b);

    /// <summary>Elementwise product, with broadcasting.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => a.Engine.Multiply(a, b);

    /// <summary>Elementwise quotient, with broadcasting.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => a.Engine.Divide(a, b);

    /// <summary>Every element plus a constant.</summary>
    public static Tensor operator +(Tensor a, float b) => a.Engine.Affine(a, 1, b);

    /// <summary>Every element minus a constant.</summary>
    public static Tensor operator -(Tensor a, float b) => a.Engine.Affine(a, 1, -b);

    /// <summary>A constant minus every element.</summary>
    public static Tensor operator -(float a, Tensor b) => b.Engine.Affine(b, -1, a);

    /// <summary>Every element times a constant.</summary>
    public static Tensor operator *(Tensor a, float b) => a.Engine.Affine(a, b, 0);

    /// <summary>Every element times a constant.</summary>
    public static Tensor operator *(float a, Tensor b) => b.Engine.Affine(b, a, 0);

    /// <summary>Every element divided by a constant.</summary>
    public static Tensor operator /(Tensor a, float b) => a.Engine.Affine(a, 1 / b, 0);

    /// <summary>The negated elements.</summary>
    public static Tensor operator -(Tensor a) => a.Engine.Affine(a, -1, 0);
}
