using System.Globalization;
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Gathers the values of a feature column by cluster: numbers by their moments, texts and keys by the share of each value.
/// </summary>
internal abstract class DescribedColumn
{
    /// <summary>Takes the value of the current row down. NaN, empty texts and the key 0 are unknown and not counted.</summary>
    /// <param name="cluster">The number of its cluster, by order of appearance.</param>
    public abstract void Read(int cluster);

    /// <summary>
    /// The names of the features of this column, and the moments of each by the number of the cluster, of its values divided by a unit.
    /// </summary>
    public abstract IEnumerable<(string Name, Moments[] Clusters, double Unit)> Features(int clusterCount);

    /// <exception cref="ArgumentException">The column is of another type.</exception>
    public static DescribedColumn Open(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType or KeyDataViewType)
            return new Categories(LabelColumn.Open(row, column), column.Name);
        if (column.Type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType.Equals(NumberDataViewType.Single))
        {
            ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
            VBuffer<float> values = default;
            return new Numbers(row, column, vector.Size, into =>
            {
                getter(ref values);
                VectorReader.RequireSize(values.Length, row, column);
                int slot = 0;
                foreach (float value in values.DenseValues())
                    into[slot++] = value;
            });
        }
        Action<double[]> read = column.Type.RawType switch
        {
            var type when type == typeof(bool) => Boolean(row, column),
            var type when type == typeof(float) => Number<float>(row, column),
            var type when type == typeof(double) => Number<double>(row, column),
            var type when type == typeof(sbyte) => Number<sbyte>(row, column),
            var type when type == typeof(byte) => Number<byte>(row, column),
            var type when type == typeof(short) => Number<short>(row, column),
            var type when type == typeof(ushort) => Number<ushort>(row, column),
            var type when type == typeof(int) => Number<int>(row, column),
            var type when type == typeof(uint) => Number<uint>(row, column),
            var type when type == typeof(long) => Number<long>(row, column),
            var type when type == typeof(ulong) => Number<ulong>(row, column),
            _ => throw new ArgumentException(
                $"Column '{column.Name}' is of type {column.Type}; a described feature must be a number, Boolean, key, text, "
                + "or a vector of Single of known size."),
        };
        return new Numbers(row, column, size: null, read);
    }

    /// <summary>The names of the values of a vector column: <c>Column.Slot</c>, or <c>Column.0</c> for a slot without a name.</summary>
    public static string[] SlotNames(DataViewSchema.Column column, int count)
    {
        VBuffer<ReadOnlyMemory<char>> slots = default;
        if (column.HasSlotNames())
            column.GetSlotNames(ref slots);
        ReadOnlyMemory<char>[] names = slots.Length == count ? [.. slots.DenseValues()] : new ReadOnlyMemory<char>[count];
        return [.. names.Select((name, slot) =>
            $"{column.Name}.{(name.IsEmpty ? slot.ToString(CultureInfo.InvariantCulture) : name.ToString())}")];
    }

    private static Action<double[]> Number<T>(DataViewRow row, DataViewSchema.Column column)
        where T : INumberBase<T>
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = T.Zero;
        return into =>
        {
            getter(ref value);
            into[0] = double.CreateChecked(value);
        };
    }

    private static Action<double[]> Boolean(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<bool> getter = row.GetGetter<bool>(column);
        bool value = false;
        return into =>
        {
            getter(ref value);
            into[0] = value ? 1 : 0;
        };
    }

    /// <summary>A number, or where there is a size a vector of them.</summary>
    private sealed class Numbers(DataViewRow row, DataViewSchema.Column column, int? size, Action<double[]> read) : DescribedColumn
    {
        private readonly double[] _values = new double[size ?? 1];
        // Powers of two near the first values, so that no square overflows or underflows; 0 until there is a value other than 0.
        private readonly double[] _units = new double[size ?? 1];
        private readonly List<Moments[]> _clusters = [];

        public override void Read(int cluster)
        {
            read(_values);
            while (_clusters.Count <= cluster)
                _clusters.Add(new Moments[_values.Length]);
            Moments[] moments = _clusters[cluster];
            for (int slot = 0; slot < _values.Length; slot++)
            {
                double value = _values[slot];
                if (double.IsInfinity(value))
                {
                    string where = size is null ? "Column" : $"Feature {slot} of column";
                    throw new InvalidDataException(string.Create(
                        CultureInfo.InvariantCulture, $"{where} '{column.Name}' is {value} in row {row.Position} (from 0)."));
                }
                if (double.IsNaN(value))
                    continue;
                if (_units[slot] == 0 && value != 0)
                    _units[slot] = Math.ScaleB(1, Math.Clamp(Math.ILogB(value), -1000, 1000));
                moments[slot] = moments[slot].With(value == 0 ? 0 : value / _units[slot]);
            }
        }

        public override IEnumerable<(string Name, Moments[] Clusters, double Unit)> Features(int clusterCount)
        {
            string[] names = size is { } count ? SlotNames(column, count) : [column.Name];
            for (int slot = 0; slot < names.Length; slot++)
            {
                Moments[] clusters = [.. Enumerable.Range(0, clusterCount).Select(c => c < _clusters.Count ? _clusters[c][slot] : default)];
                yield return (names[slot], clusters, _units[slot]);
            }
        }
    }

    /// <summary>Each value as a feature that is 1 in its rows and 0 in the others.</summary>
    private sealed class Categories(LabelColumn reader, string columnName) : DescribedColumn
    {
        /// <summary>More would be names or free text, of which no value is frequent.</summary>
        private const int MostValues = 1000;

        private readonly Dictionary<(int Value, int Cluster), int> _counts = [];
        private readonly Dictionary<int, int> _known = [];
        private int _values;

        public override void Read(int cluster)
        {
            int value = reader.Read();
            if (value == LabelColumn.Missing)
                return;
            _values = Math.Max(_values, value + 1);
            if (_values > MostValues)
            {
                throw new InvalidDataException($"Column '{columnName}' has more than {MostValues} different values, too many to compare "
                    + "their shares. Leave it out, or make it features first, for example by ml.Transforms.Text.FeaturizeText.");
            }
            _counts[(value, cluster)] = _counts.GetValueOrDefault((value, cluster)) + 1;
            _known[cluster] = _known.GetValueOrDefault(cluster) + 1;
        }

        public override IEnumerable<(string Name, Moments[] Clusters, double Unit)> Features(int clusterCount)
        {
            (string[] names, int[] place) = reader.Sort();
            for (int value = 0; value < place.Length; value++)
            {
                var clusters = new Moments[clusterCount];
                for (int cluster = 0; cluster < clusterCount; cluster++)
                {
                    int known = _known.GetValueOrDefault(cluster);
                    double share = known == 0 ? 0 : (double)_counts.GetValueOrDefault((value, cluster)) / known;
                    clusters[cluster] = new(known, share, known * share * (1 - share));
                }
                yield return ($"{columnName} = {names[place[value]]}", clusters, 1);
            }
        }
    }
}
