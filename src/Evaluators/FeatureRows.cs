using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Rows of features in memory. Far from the origin, the single-precision distances of ML.NET's KMeans are inaccurate; <see cref="View"/>
/// then provides the rows moved to the origin.
/// </summary>
internal sealed class FeatureRows
{
    // At this |mean|² / variance, distances of a tenth of the spread still have two correct digits.
    private const double FarFromOrigin = 1e3;

    private readonly float[] _values;
    private readonly Lazy<double[]> _shift;
    private readonly Lazy<double> _unit;

    public FeatureRows(float[] values, int dimension)
    {
        (_values, Dimension) = (values, dimension);
        _shift = new(FindShift);
        _unit = new(FindUnit);
    }

    public int Dimension { get; }

    public int Count => _values.Length / Dimension;

    public ReadOnlySpan<float> Values => _values;

    public ReadOnlySpan<float> this[int row] => _values.AsSpan(row * Dimension, Dimension);

    /// <summary>Subtracted from the rows for KMeans: their mean if they lie far from the origin, otherwise 0.</summary>
    public ReadOnlySpan<double> Shift => _shift.Value;

    /// <summary>Whether <see cref="Shift"/> is not 0.</summary>
    public bool IsFarFromOrigin => Shift.ContainsAnyExcept(0);

    /// <summary>
    /// Divides the rows for KMeans: a power of two near their largest coordinate if its square could overflow or underflow in single
    /// precision, otherwise 1.
    /// </summary>
    public double Unit => _unit.Value;

    /// <summary>Reads a column of features.</summary>
    /// <exception cref="ArgumentException">The column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows, a feature is NaN or infinite, or a row has another number of values.
    /// </exception>
    public static FeatureRows Read(IDataView data, string columnName, CancellationToken cancellation = default)
    {
        DataViewSchema.Column column = ClusteringEvaluator.VectorColumn(data, columnName);
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        var reader = new VectorReader(cursor, column);
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            reader.Read();
        }
        return reader.ToRows();
    }

    /// <summary>A subset of the rows.</summary>
    public FeatureRows Select(IReadOnlyList<int> rows)
    {
        var values = new float[rows.Count * Dimension];
        for (int i = 0; i < rows.Count; i++)
            this[rows[i]].CopyTo(values.AsSpan(i * Dimension));
        return new(values, Dimension);
    }

    /// <summary>The number of distinct rows, counted up to a limit.</summary>
    public int CountDistinct(int limit)
    {
        var seen = new HashSet<int>(new RowComparer(this));
        for (int row = 0; row < Count && seen.Count < limit; row++)
            seen.Add(row);
        return seen.Count;
    }

    /// <exception cref="InvalidDataException">There are fewer distinct rows than clusters.</exception>
    public void RequireDistinct(int numberOfClusters)
    {
        int distinct = CountDistinct(numberOfClusters);
        if (distinct < numberOfClusters)
        {
            throw new InvalidDataException(
                $"The data have {Count} rows, {distinct} of them distinct; "
                + $"{numberOfClusters} clusters need at least {numberOfClusters} distinct rows.");
        }
    }

    /// <exception cref="ArgumentException">
    /// These test rows do not have the number of features of the training rows.
    /// </exception>
    public void RequireDimension(int expected, string columnName)
    {
        if (Dimension != expected)
        {
            throw new ArgumentException(
                $"Column '{columnName}' has {Dimension} values in the test data, but {expected} in the training data.");
        }
    }

    /// <summary>The mean of each feature.</summary>
    public double[] Mean()
    {
        double[] mean = new double[Dimension], row = new double[Dimension];
        for (int i = 0; i < Count; i++)
        {
            TensorPrimitives.ConvertChecked<float, double>(this[i], row);
            TensorPrimitives.Add<double>(mean, row, mean);
        }
        TensorPrimitives.Divide<double>(mean, Count, mean);
        return mean;
    }

    /// <summary>The variance of each feature, with divisor N.</summary>
    public double[] Variance(ReadOnlySpan<double> mean)
    {
        double[] variance = new double[Dimension], row = new double[Dimension];
        for (int i = 0; i < Count; i++)
        {
            TensorPrimitives.ConvertChecked<float, double>(this[i], row);
            TensorPrimitives.Subtract(row, mean, row);
            TensorPrimitives.MultiplyAdd<double>(row, row, variance, variance);
        }
        TensorPrimitives.Divide<double>(variance, Count, variance);
        return variance;
    }

    /// <summary>Rows (row - <paramref name="subtract"/>) · <paramref name="multiply"/>, feature by feature, in single precision.</summary>
    public FeatureRows Scale(ReadOnlySpan<double> subtract, ReadOnlySpan<double> multiply)
    {
        var values = new float[_values.Length];
        var row = new double[Dimension];
        for (int i = 0; i < Count; i++)
        {
            TensorPrimitives.ConvertChecked<float, double>(this[i], row);
            TensorPrimitives.Subtract(row, subtract, row);
            TensorPrimitives.Multiply(row, multiply, row);
            TensorPrimitives.ConvertTruncating<double, float>(row, values.AsSpan(i * Dimension, Dimension));
        }
        return new(values, Dimension);
    }

    /// <summary>The rows (row - <paramref name="shift"/>) / <paramref name="unit"/> as data with one column.</summary>
    public IDataView View(string columnName, ReadOnlySpan<double> shift, double unit = 1)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(ViewRow));
        SchemaDefinition.Column column = schema[nameof(ViewRow.Features)];
        (column.ColumnName, column.ColumnType) = (columnName, new VectorDataViewType(NumberDataViewType.Single, Dimension));
        return new MLContext().Data.LoadFromEnumerable(Rows(shift.ToArray(), unit), schema);
    }

    // All rows share one object, because a cursor copies a row before it advances.
    private IEnumerable<ViewRow> Rows(double[] shift, double unit)
    {
        var features = new float[Dimension];
        var view = new ViewRow { Features = new VBuffer<float>(Dimension, features) };
        for (int i = 0; i < Count; i++)
        {
            for (int f = 0; f < Dimension; f++)
                features[f] = (float)((_values[i * Dimension + f] - shift[f]) / unit);
            yield return view;
        }
    }

    private double FindUnit()
    {
        double largest = 0;
        for (int i = 0; i < _values.Length; i++)
            largest = Math.Max(largest, Math.Abs(_values[i] - Shift[i % Dimension]));
        return largest is 0 or (> 1e-12 and < 1e15) ? 1 : Math.ScaleB(1, Math.ILogB(largest));
    }

    private double[] FindShift()
    {
        double[] mean = Mean();
        double variance = TensorPrimitives.Sum<double>(Variance(mean));
        return TensorPrimitives.SumOfSquares<double>(mean) > FarFromOrigin * variance ? mean : new double[Dimension];
    }

    private sealed class ViewRow
    {
        public VBuffer<float> Features { get; set; }
    }

    private sealed class RowComparer(FeatureRows rows) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => rows[x].SequenceEqual(rows[y]);

        public int GetHashCode(int row)
        {
            var hash = new HashCode();
            foreach (float value in rows[row])
                hash.Add(value);
            return hash.ToHashCode();
        }
    }
}
