using System.Diagnostics.CodeAnalysis;

namespace Disentangle.ML.Tensors;

/// <summary>The lengths of a tensor's axes, row-major: the last axis varies fastest. Rank 0 (a scalar) to 4.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly int _d0, _d1, _d2, _d3;

    /// <summary>The number of axes, 0 to 4.</summary>
    public int Rank { get; }

    /// <summary>A vector's shape.</summary>
    public Shape(int d0) : this(1, d0, 1, 1, 1) { }

    /// <summary>A matrix's shape: rows, columns.</summary>
    public Shape(int d0, int d1) : this(2, d0, d1, 1, 1) { }

    /// <summary>A rank-3 shape.</summary>
    public Shape(int d0, int d1, int d2) : this(3, d0, d1, d2, 1) { }

    /// <summary>A rank-4 shape.</summary>
    public Shape(int d0, int d1, int d2, int d3) : this(4, d0, d1, d2, d3) { }

    private Shape(int rank, int d0, int d1, int d2, int d3)
    {
        if (d0 < 0 || d1 < 0 || d2 < 0 || d3 < 0)
            throw new ArgumentOutOfRangeException(nameof(d0), "The length of an axis must not be negative.");
        Rank = rank;
        (_d0, _d1, _d2, _d3) = (d0, d1, d2, d3);
        _ = checked(Math.Max(1, d0) * Math.Max(1, d1) * Math.Max(1, d2) * Math.Max(1, d3));
    }

    /// <summary>The shape of one number.</summary>
    public static Shape Scalar => default;

    /// <summary>The length of an axis. A negative axis counts from the end: -1 is the last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shape does not have this axis.</exception>
    public int this[int axis]
    {
        get
        {
            int i = axis < 0 ? axis + Rank : axis;
            ArgumentOutOfRangeException.ThrowIfNegative(i, nameof(axis));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(i, Rank, nameof(axis));
            return i switch { 0 => _d0, 1 => _d1, 2 => _d2, _ => _d3 };
        }
    }

    /// <summary>The number of elements: the product of all lengths, 1 for a scalar.</summary>
    public int Length => Rank == 0 ? 1 : _d0 * _d1 * _d2 * _d3;

    /// <inheritdoc/>
    public bool Equals(Shape other) => Rank == other.Rank && _d0 == other._d0 && _d1 == other._d1 && _d2 == other._d2 && _d3 == other._d3;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rank, _d0, _d1, _d2, _d3);

    /// <summary>Same rank and lengths.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Another rank or length.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>For example <c>[128 x 784]</c>.</summary>
    public override string ToString()
    {
        Shape self = this;
        return $"[{string.Join(" x ", Enumerable.Range(0, Rank).Select(i => self[i]))}]";
    }
}
