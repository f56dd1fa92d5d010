namespace Disentangle.ML.Tensors;

/// <summary>
/// A dense array of Single made by an <see cref="Tensors.Engine"/>. What an operation returns lives until the end of the engine's step
/// (<see cref="Engine.BeginStep"/>); parameters live as long as anything refers to them.
/// </summary>
/// <remarks>
/// Operators compute with the engine of their left operand, and that of a parameter is the engine that made it: where another engine reads the
/// parameter, call that engine's methods.
/// </remarks>
public abstract class Tensor(Engine engine, Shape shape)
{
    /// <summary>The engine that made this tensor and computes with it.</summary>
    public Engine Engine { get; } = engine;

    /// <summary>The lengths of its axes.</summary>
    public Shape Shape { get; } = shape;

    /// <summary>Whether <see cref="Engine.Backward"/> computes a gradient with respect to it.</summary>
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

    /// <summary>The value of a tensor that holds one number.</summary>
    /// <exception cref="InvalidOperationException">It holds more than one.</exception>
    public float Item()
    {
        if (Shape.Length != 1)
            throw new InvalidOperationException($"A tensor of shape {Shape} is not one number.");
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

/// <summary>A named tensor that training changes: a weight matrix, a bias.</summary>
/// <param name="name">Unique within a network, for example <c>hidden0.weight</c>.</param>
/// <param name="value">Its tensor, which requires a gradient.</param>
public sealed class Parameter(string name, Tensor value)
{
    /// <summary>Unique within a network, for example <c>hidden0.weight</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The tensor itself.</summary>
    public Tensor Value { get; } = value;
}
