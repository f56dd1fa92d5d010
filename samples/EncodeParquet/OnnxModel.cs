using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EncodeParquet;

/// <summary>A pipeline exported to an ONNX file.</summary>
public sealed class OnnxModel : IModel
{
    /// <summary>Rows that ONNX Runtime computes at once; layers of all rows of a large row group may not fit into memory.</summary>
    private const int BatchSize = 4096;

    private readonly InferenceSession _session;

    /// <summary>Reads a model.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="outputs">The columns to give; empty for all of the file.</param>
    /// <exception cref="InvalidDataException">The file is no ONNX model, or gives no such column.</exception>
    public OnnxModel(string path, IReadOnlyList<string> outputs)
    {
        try
        {
            _session = new InferenceSession(path);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"'{path}' cannot be loaded by ONNX Runtime: {e.Message}", e);
        }
        Inputs = [.. _session.InputMetadata.Select(Shape)];
        Outputs = [.. (outputs.Count == 0 ? _session.OutputMetadata.Keys : outputs).Select(name =>
            _session.OutputMetadata.TryGetValue(name, out NodeMetadata? found)
                ? Shape(KeyValuePair.Create(name, found))
                : throw new InvalidDataException(
                    $"'{path}' gives no column '{name}'; its columns are {string.Join(", ", _session.OutputMetadata.Keys)}."))];
    }

    public IReadOnlyList<ColumnShape> Inputs { get; }

    public IReadOnlyList<ColumnShape> Outputs { get; }

    public IReadOnlyList<Column> Run(IReadOnlyList<Column> inputs)
    {
        int rows = inputs[0].Rows;
        var numbers = Outputs.Select(_ => new List<float>()).ToArray();
        var integers = Outputs.Select(_ => new List<long>()).ToArray();
        for (int first = 0; first < rows; first += BatchSize)
        {
            Range batch = first..Math.Min(rows, first + BatchSize);
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = _session.Run(
                [.. Inputs.Zip(inputs, (shape, column) => Tensor(shape, column, batch))], [.. Outputs.Select(output => output.Name)]);
            for (int i = 0; i < Outputs.Count; i++)
            {
                if (Outputs[i].Kind == ColumnKind.Integer)
                    integers[i].AddRange(results[i].AsTensor<long>());
                else
                    numbers[i].AddRange(results[i].AsTensor<float>());
            }
        }
        return [.. Outputs.Select((output, i) => output.Kind == ColumnKind.Integer
            ? (Column)new IntegerColumn([.. integers[i]])
            : new NumberColumn([.. numbers[i]], [.. Enumerable.Range(1, rows).Select(row => row * (numbers[i].Count / rows))]))];
    }

    public void Dispose() => _session.Dispose();

    private static ColumnShape Shape(KeyValuePair<string, NodeMetadata> tensor)
    {
        var shape = new ColumnShape(tensor.Key, Kind(tensor.Key, tensor.Value.ElementType), Math.Max(0, tensor.Value.Dimensions[1]));
        return shape is { Kind: ColumnKind.Number } or { Size: 1 }
            ? shape
            : throw new NotSupportedException($"Column '{shape.Name}' is a vector of {shape.Kind}; vectors of Single are supported.");
    }

    private static ColumnKind Kind(string name, Type type) => type == typeof(float) ? ColumnKind.Number
        : type == typeof(long) ? ColumnKind.Integer
        : type == typeof(string) ? ColumnKind.Text
        : throw new NotSupportedException($"Column '{name}' has values of {type.Name}; Single, Int64 and String are supported.");

    private static NamedOnnxValue Tensor(ColumnShape shape, Column column, Range batch)
    {
        (int first, int rows) = batch.GetOffsetAndLength(column.Rows);
        switch (column)
        {
            case TextColumn texts:
                return NamedOnnxValue.CreateFromTensor(shape.Name, new DenseTensor<string>(texts.Values[batch], [rows, 1]));
            case IntegerColumn integers:
                return NamedOnnxValue.CreateFromTensor(shape.Name, new DenseTensor<long>(integers.Values.AsMemory(batch), [rows, 1]));
            default:
                var numbers = (NumberColumn)column;
                int width = Enumerable.Range(first, rows).Max(numbers.Length);
                if (shape.Size > 0)
                    return NamedOnnxValue.CreateFromTensor(shape.Name, new DenseTensor<float>(
                        numbers.Values.AsMemory(first * width, rows * width), [rows, width]));
                // Shorter rows are padded; the column NAME.Length says how much of them counts.
                var padded = new float[rows * width];
                for (int i = 0; i < rows; i++)
                    numbers.Row(first + i).CopyTo(padded.AsMemory(i * width));
                return NamedOnnxValue.CreateFromTensor(shape.Name, new DenseTensor<float>(padded, [rows, width]));
        }
    }
}
