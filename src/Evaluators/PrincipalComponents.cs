using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Disentangle.ML.Evaluators;

/// <summary>The directions of greatest variance, by eigendecomposition.</summary>
internal sealed class PrincipalComponents
{
    // The decomposition takes time cubic in the smaller of the numbers of features and rows.
    private const int MostRows = 10_000;
    private const int MostFeatures = 1_024;

    private readonly double[] _mean;
    private readonly double[][] _components;

    private PrincipalComponents(double[] mean, double[][] components) => (_mean, _components) = (mean, components);

    /// <summary>The number of components.</summary>
    public int Count => _components.Length;

    /// <summary>
    /// Finds the components of the rows, or of a random sample of 10,000 rows (1,024 rows if there are more than 1,024 features).
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="count">The number of components; fewer if the rows vary in fewer directions, but at least one.</param>
    /// <param name="seed">The seed of the sample.</param>
    public static PrincipalComponents Of(FeatureRows rows, int count, int seed)
    {
        int most = rows.Dimension > MostFeatures ? MostFeatures : MostRows;
        if (rows.Count > most)
        {
            int[] drawn = [.. Enumerable.Range(0, rows.Count)];
            new Random(seed).Shuffle(drawn);
            rows = rows.Select(drawn[..most]);
        }
        double[] mean = rows.Mean();
        double[][] centred = [.. Enumerable.Range(0, rows.Count).Select(row =>
        {
            var values = new double[rows.Dimension];
            TensorPrimitives.ConvertChecked<float, double>(rows[row], values);
            TensorPrimitives.Subtract<double>(values, mean, values);
            return values;
        })];
        return new(mean, rows.Dimension <= rows.Count ? ByCovariance(centred, count) : ByProducts(centred, count));
    }

    /// <summary>The coordinates of rows along the components.</summary>
    public FeatureRows Project(FeatureRows rows)
    {
        var values = new float[rows.Count * Count];
        var row = new double[rows.Dimension];
        for (int i = 0; i < rows.Count; i++)
        {
            TensorPrimitives.ConvertChecked<float, double>(rows[i], row);
            TensorPrimitives.Subtract<double>(row, _mean, row);
            for (int c = 0; c < Count; c++)
                values[i * Count + c] = (float)TensorPrimitives.Dot<double>(row, _components[c]);
        }
        return new(values, Count);
    }

    /// <summary>The eigenvectors of Σ x xᵀ.</summary>
    private static double[][] ByCovariance(double[][] rows, int count)
    {
        int size = rows[0].Length;
        var products = new double[size * size];
        foreach (double[] x in rows)
        {
            for (int i = 0; i < size; i++)
            {
                Span<double> target = products.AsSpan(i * size + i, size - i);
                TensorPrimitives.MultiplyAdd(x.AsSpan(i), x[i], target, target);
            }
        }
        return [.. Largest(products, size, count).Select(pair => pair.Vector)];
    }

    /// <summary>
    /// For fewer rows than features: the components Σ u x / √λ from the eigenvectors u of the matrix of all x · y.
    /// </summary>
    private static double[][] ByProducts(double[][] rows, int count)
    {
        int size = rows.Length;
        var products = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = i; j < size; j++)
                products[i * size + j] = TensorPrimitives.Dot<double>(rows[i], rows[j]);
        }
        return [.. Largest(products, size, count).Select(pair =>
        {
            var component = new double[rows[0].Length];
            for (int row = 0; row < size; row++)
                TensorPrimitives.MultiplyAdd<double>(rows[row], pair.Vector[row], component, component);
            TensorPrimitives.Divide<double>(component, Math.Max(TensorPrimitives.Norm<double>(component), double.Epsilon), component);
            return component;
        })];
    }

    /// <summary>The eigenvectors of the largest eigenvalues of a symmetric matrix, given its upper triangle.</summary>
    private static (double Value, double[] Vector)[] Largest(double[] upper, int size, int count)
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < i; j++)
                upper[i * size + j] = upper[j * size + i];
        }
        Evd<double> eigen = new DenseMatrix(size, size, upper).Evd(Symmetricity.Symmetric);
        double[] values = [.. eigen.EigenValues.Select(value => value.Real)];
        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(i => values[i]).Take(count)];
        double least = 1e-12 * values[order[0]];
        return [.. order.Where((i, place) => place == 0 || values[i] > least)
            .Select(i => (values[i], eigen.EigenVectors.Column(i).ToArray()))];
    }
}
