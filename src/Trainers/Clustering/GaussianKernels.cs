using System.Numerics;
using Disentangle.ML.Tensors.Points;

namespace Disentangle.ML.Trainers;

/// <summary>The hot loops of a Gaussian mixture over blocks of <see cref="WeightedPoints"/>.</summary>
internal static class GaussianKernels
{
    /// <summary>
    /// The number of rows in three vectors. Together with four columns of a triangular matrix, their sums fill the registers.
    /// </summary>
    public static readonly int Strip = 3 * Vector<double>.Count;

    /// <summary>The number of columns of a triangular matrix multiplied at once.</summary>
    private const int Lot = 4;

    private const int Stride = PointBlocks.Size;

    /// <summary>The number of elements <see cref="Pack"/> writes for a triangular matrix.</summary>
    public static int PackedLength(int dimension)
    {
        int length = 0;
        for (int column = 0; column < dimension; column += Lot)
            length += Lot * Math.Min(column + Lot, dimension);
        return length;
    }

    /// <summary>Packs the inverse of a Cholesky factor, lower triangular, so that <see cref="Distances"/> reads it sequentially.</summary>
    public static void Pack(ReadOnlySpan<double> inverse, int dimension, Span<double> packed)
    {
        for (int row = 0; row < dimension; row += Lot)
        {
            for (int column = 0; column < Math.Min(row + Lot, dimension); column++)
            {
                for (int i = 0; i < Lot; i++)
                    packed[i] = row + i < dimension && column <= row + i ? inverse[(row + i) * dimension + column] : 0;
                packed = packed[Lot..];
            }
        }
    }

    /// <summary>
    /// |A (x - μ)|² for the rows of a block and a packed triangular matrix A: the squared Mahalanobis distance if A is the inverse
    /// Cholesky factor.
    /// </summary>
    /// <param name="block">The rows.</param>
    /// <param name="mean">μ.</param>
    /// <param name="packed">A.</param>
    /// <param name="differences">Scratch for <see cref="Strip"/> values per feature.</param>
    /// <param name="distances">One per row; the length is a multiple of <see cref="Strip"/> and sets the number of rows.</param>
    public static void Distances(
        ReadOnlySpan<double> block, ReadOnlySpan<double> mean, ReadOnlySpan<double> packed, Span<double> differences,
        Span<double> distances)
    {
        int width = Vector<double>.Count;
        for (int start = 0; start < distances.Length; start += Strip)
        {
            for (int f = 0; f < mean.Length; f++)
            {
                ReadOnlySpan<double> x = block.Slice(f * Stride + start, 3 * width);
                Span<double> d = differences.Slice(f * 3 * width, 3 * width);
                var center = new Vector<double>(mean[f]);
                (new Vector<double>(x) - center).CopyTo(d);
                (new Vector<double>(x[width..]) - center).CopyTo(d[width..]);
                (new Vector<double>(x[(2 * width)..]) - center).CopyTo(d[(2 * width)..]);
            }
            StripDistances(differences, mean.Length, packed, distances.Slice(start, 3 * width));
        }
    }

    private static void StripDistances(ReadOnlySpan<double> differences, int dimension, ReadOnlySpan<double> packed,
        Span<double> distances)
    {
        int width = Vector<double>.Count;
        Vector<double> s0 = default, s1 = default, s2 = default;
        for (int row = 0; row < dimension; row += Lot)
        {
            Vector<double> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
            Vector<double> c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
            ReadOnlySpan<double> x = differences[..(Math.Min(row + Lot, dimension) * 3 * width)];
            while (x.Length >= 3 * width)
            {
                var x0 = new Vector<double>(x);
                var x1 = new Vector<double>(x[width..]);
                var x2 = new Vector<double>(x[(2 * width)..]);
                var p = new Vector<double>(packed[0]);
                (a0, a1, a2) = (Vector.MultiplyAddEstimate(p, x0, a0), Vector.MultiplyAddEstimate(p, x1, a1),
                    Vector.MultiplyAddEstimate(p, x2, a2));
                p = new(packed[1]);
                (b0, b1, b2) = (Vector.MultiplyAddEstimate(p, x0, b0), Vector.MultiplyAddEstimate(p, x1, b1),
                    Vector.MultiplyAddEstimate(p, x2, b2));
                p = new(packed[2]);
                (c0, c1, c2) = (Vector.MultiplyAddEstimate(p, x0, c0), Vector.MultiplyAddEstimate(p, x1, c1),
                    Vector.MultiplyAddEstimate(p, x2, c2));
                p = new(packed[3]);
                (d0, d1, d2) = (Vector.MultiplyAddEstimate(p, x0, d0), Vector.MultiplyAddEstimate(p, x1, d1),
                    Vector.MultiplyAddEstimate(p, x2, d2));
                x = x[(3 * width)..];
                packed = packed[Lot..];
            }
            s0 += a0 * a0 + b0 * b0 + (c0 * c0 + d0 * d0);
            s1 += a1 * a1 + b1 * b1 + (c1 * c1 + d1 * d1);
            s2 += a2 * a2 + b2 * b2 + (c2 * c2 + d2 * d2);
        }
        s0.CopyTo(distances);
        s1.CopyTo(distances[width..]);
        s2.CopyTo(distances[(2 * width)..]);
    }

    /// <summary>Σ_f scale_f² (x_f - μ_f)² for the rows of a block.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="mean">μ.</param>
    /// <param name="scale">One per feature; empty for 1.</param>
    /// <param name="distances">One per row; the length is a multiple of <see cref="Strip"/> and sets the number of rows.</param>
    public static void ScaledDistances(ReadOnlySpan<double> block, ReadOnlySpan<double> mean, ReadOnlySpan<double> scale,
        Span<double> distances)
    {
        int width = Vector<double>.Count;
        for (int start = 0; start < distances.Length; start += Strip)
        {
            Vector<double> s0 = default, s1 = default, s2 = default;
            for (int f = 0; f < mean.Length; f++)
            {
                ReadOnlySpan<double> x = block.Slice(f * Stride + start, 3 * width);
                var center = new Vector<double>(mean[f]);
                var factor = scale.IsEmpty ? Vector<double>.One : new Vector<double>(scale[f]);
                Vector<double> d0 = (new Vector<double>(x) - center) * factor;
                Vector<double> d1 = (new Vector<double>(x[width..]) - center) * factor;
                Vector<double> d2 = (new Vector<double>(x[(2 * width)..]) - center) * factor;
                (s0, s1, s2) = (Vector.MultiplyAddEstimate(d0, d0, s0), Vector.MultiplyAddEstimate(d1, d1, s1),
                    Vector.MultiplyAddEstimate(d2, d2, s2));
            }
            Span<double> strip = distances.Slice(start, 3 * width);
            s0.CopyTo(strip);
            s1.CopyTo(strip[width..]);
            s2.CopyTo(strip[(2 * width)..]);
        }
    }

    /// <summary>Adds Σ_n r_n (x_nf - μ_f)² over the rows of a block to each variance.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="responsibilities">r; the length is a multiple of <see cref="Strip"/> and sets the number of rows.</param>
    /// <param name="mean">μ.</param>
    /// <param name="variances">One per feature.</param>
    public static void AddVariances(ReadOnlySpan<double> block, ReadOnlySpan<double> responsibilities, ReadOnlySpan<double> mean,
        Span<double> variances)
    {
        int width = Vector<double>.Count;
        for (int f = 0; f < mean.Length; f++)
        {
            ReadOnlySpan<double> x = block.Slice(f * Stride, responsibilities.Length), r = responsibilities;
            var center = new Vector<double>(mean[f]);
            Vector<double> s0 = default, s1 = default, s2 = default;
            while (x.Length >= 3 * width && r.Length >= 3 * width)
            {
                Vector<double> d0 = new Vector<double>(x) - center;
                Vector<double> d1 = new Vector<double>(x[width..]) - center;
                Vector<double> d2 = new Vector<double>(x[(2 * width)..]) - center;
                s0 = Vector.MultiplyAddEstimate(d0 * new Vector<double>(r), d0, s0);
                s1 = Vector.MultiplyAddEstimate(d1 * new Vector<double>(r[width..]), d1, s1);
                s2 = Vector.MultiplyAddEstimate(d2 * new Vector<double>(r[(2 * width)..]), d2, s2);
                x = x[(3 * width)..];
                r = r[(3 * width)..];
            }
            variances[f] += Vector.Sum(s0 + s1 + s2);
        }
    }

    /// <summary>The scratch size of <see cref="AddScatter"/>.</summary>
    public static int ScatterScratch(int dimension) => (dimension + 2 * Lot) * Stride;

    /// <summary>Adds the lower triangle of Σ_n r_n (x_n - μ)(x_n - μ)ᵀ over the rows of a block to a matrix.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="roots">√r; the length is a multiple of <see cref="Strip"/> and sets the number of rows.</param>
    /// <param name="mean">μ.</param>
    /// <param name="scratch">Scratch of <see cref="ScatterScratch"/> values.</param>
    /// <param name="scatter">[D x D].</param>
    public static void AddScatter(ReadOnlySpan<double> block, ReadOnlySpan<double> roots, ReadOnlySpan<double> mean, Span<double> scratch,
        Span<double> scatter)
    {
        int width = Vector<double>.Count, dimension = mean.Length, length = roots.Length;
        for (int f = 0; f < dimension; f++)
        {
            ReadOnlySpan<double> x = block.Slice(f * Stride, length), r = roots;
            Span<double> d = scratch.Slice(f * length, length);
            var center = new Vector<double>(mean[f]);
            for (int n = 0; n < length; n += width)
                ((new Vector<double>(x[n..]) - center) * new Vector<double>(r[n..])).CopyTo(d[n..]);
        }
        // Tiles at the edge read rows of zeros.
        scratch.Slice(dimension * length, 2 * Lot * length).Clear();
        Span<double> tile = stackalloc double[Lot * 3];
        for (int row = 0; row < dimension; row += Lot)
        {
            for (int column = 0; column < Math.Min(row + Lot, dimension); column += 3)
            {
                Tile(scratch.Slice(row * length, Lot * length), scratch.Slice(column * length, 3 * length), length, tile);
                for (int i = row; i < Math.Min(row + Lot, dimension); i++)
                {
                    for (int j = column; j < Math.Min(column + 3, i + 1); j++)
                        scatter[i * dimension + j] += tile[(i - row) * 3 + j - column];
                }
            }
        }
    }

    /// <summary>The dot products of four rows with three.</summary>
    private static void Tile(ReadOnlySpan<double> rows, ReadOnlySpan<double> columns, int length, Span<double> tile)
    {
        int width = Vector<double>.Count;
        ReadOnlySpan<double> a = rows[..length], b = rows.Slice(length, length), c = rows.Slice(2 * length, length),
            d = rows.Slice(3 * length, length);
        ReadOnlySpan<double> x = columns[..length], y = columns.Slice(length, length), z = columns.Slice(2 * length, length);
        Vector<double> ax = default, ay = default, az = default, bx = default, by = default, bz = default;
        Vector<double> cx = default, cy = default, cz = default, dx = default, dy = default, dz = default;
        for (int n = 0; n <= length - width; n += width)
        {
            var x0 = new Vector<double>(x.Slice(n, width));
            var y0 = new Vector<double>(y.Slice(n, width));
            var z0 = new Vector<double>(z.Slice(n, width));
            var p = new Vector<double>(a.Slice(n, width));
            (ax, ay, az) = (Vector.MultiplyAddEstimate(p, x0, ax), Vector.MultiplyAddEstimate(p, y0, ay),
                Vector.MultiplyAddEstimate(p, z0, az));
            p = new(b.Slice(n, width));
            (bx, by, bz) = (Vector.MultiplyAddEstimate(p, x0, bx), Vector.MultiplyAddEstimate(p, y0, by),
                Vector.MultiplyAddEstimate(p, z0, bz));
            p = new(c.Slice(n, width));
            (cx, cy, cz) = (Vector.MultiplyAddEstimate(p, x0, cx), Vector.MultiplyAddEstimate(p, y0, cy),
                Vector.MultiplyAddEstimate(p, z0, cz));
            p = new(d.Slice(n, width));
            (dx, dy, dz) = (Vector.MultiplyAddEstimate(p, x0, dx), Vector.MultiplyAddEstimate(p, y0, dy),
                Vector.MultiplyAddEstimate(p, z0, dz));
        }
        (tile[0], tile[1], tile[2]) = (Vector.Sum(ax), Vector.Sum(ay), Vector.Sum(az));
        (tile[3], tile[4], tile[5]) = (Vector.Sum(bx), Vector.Sum(by), Vector.Sum(bz));
        (tile[6], tile[7], tile[8]) = (Vector.Sum(cx), Vector.Sum(cy), Vector.Sum(cz));
        (tile[9], tile[10], tile[11]) = (Vector.Sum(dx), Vector.Sum(dy), Vector.Sum(dz));
    }
}
