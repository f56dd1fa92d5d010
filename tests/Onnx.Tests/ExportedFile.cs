using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Disentangle.ML.Onnx.Tests;

/// <summary>A pipeline that was exported to a file of the test's own, and what ONNX Runtime makes of that file.</summary>
internal sealed class ExportedFile : IDisposable
{
    private readonly InferenceSession _session;

    public ExportedFile(MLContext ml, ITransformer model, IDataView data, OnnxExportOptions? options = null)
    {
        ml.Model.ExportToOnnx(model, data.Schema, Path, options);
        using var sessionOptions = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(Path, sessionOptions);
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");

    public IEnumerable<string> Inputs => _session.InputMetadata.Keys;

    public IEnumerable<string> Outputs => _session.OutputMetadata.Keys;

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    public Type ElementType(string tensor) =>
        (_session.InputMetadata.GetValueOrDefault(tensor) ?? _session.OutputMetadata[tensor]).ElementType;

    /// <summary>
    /// Compares all outputs with the columns of the pipeline, for all rows together and for the first few alone: numbers to 1e-5 of the
    /// greatest in their column, classes exactly.
    /// </summary>
    public void AssertSame(ITransformer model, IDataView data, MLContext ml, double tolerance = 1e-5)
    {
        AssertSame(model.Transform(data), data, tolerance);
        IDataView first = ml.Data.TakeRows(data, 1);
        AssertSame(model.Transform(first), first, tolerance);
    }

    private void AssertSame(IDataView expected, IDataView data, double tolerance) => AssertSame(expected, Run(data), tolerance);

    /// <summary>Compares what a runtime gave with the columns of the pipeline.</summary>
    public static void AssertSame(IDataView expected, Dictionary<string, float[][]> outputs, double tolerance = 1e-5)
    {
        Assert.NotEmpty(outputs);
        foreach ((string name, float[][] rows) in outputs)
        {
            string column = name.EndsWith(".output", StringComparison.Ordinal) ? name[..^".output".Length] : name;
            float[][] values = Values(expected, column);
            Assert.Equal(values.Length, rows.Length);
            double scale = values.Max(row => row.Max(value => Math.Abs(value)));
            double allowed = expected.Schema[column].Type is KeyDataViewType or BooleanDataViewType ? 0
                : tolerance * Math.Max(scale, 1e-30);
            for (int i = 0; i < rows.Length; i++)
            {
                Assert.Equal(values[i].Length, rows[i].Length);
                for (int j = 0; j < rows[i].Length; j++)
                {
                    Assert.True(Math.Abs(values[i][j] - rows[i][j]) <= allowed,
                        $"{name}, row {i} of {rows.Length}, value {j}: {rows[i][j]} instead of {values[i][j]}; the column's scale is "
                        + $"{scale}.");
                }
            }
        }
    }

    /// <summary>The outputs for all rows of the data, as numbers.</summary>
    public Dictionary<string, float[][]> Run(IDataView data)
    {
        NamedOnnxValue[] inputs = [.. Inputs.Select(name => Feed(name, data))];
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = _session.Run(inputs);
        return results.ToDictionary(result => result.Name, result => result.ElementType switch
        {
            TensorElementType.Float => Rows(result.AsTensor<float>(), value => value),
            TensorElementType.Int64 => Rows(result.AsTensor<long>(), value => value),
            TensorElementType.Bool => Rows(result.AsTensor<bool>(), value => value ? 1 : 0),
            _ => throw new NotSupportedException(result.ElementType.ToString()),
        });
    }

    /// <summary>
    /// The inputs for all rows as <c>{"NAME": {"type": "float32", "dims": [rows, size], "data": [...]}}</c>, for a runtime elsewhere.
    /// </summary>
    public string Request(IDataView data) =>
        JsonSerializer.Serialize(Inputs.ToDictionary(name => name, name => Feed(name, data).Value switch
    {
        DenseTensor<float> tensor =>
            new { type = "float32", dims = tensor.Dimensions.ToArray(), data = tensor.Select(value => (double)value) },
        DenseTensor<long> tensor =>
            new { type = "int64", dims = tensor.Dimensions.ToArray(), data = tensor.Select(value => (double)value) },
        var other => throw new NotSupportedException(other?.GetType().ToString()),
    }));

    /// <summary>Outputs that such a runtime wrote as <c>{"NAME": {"dims": [rows, size], "data": [...]}}</c>.</summary>
    public Dictionary<string, float[][]> Outcome(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Dictionary<string, float[][]> outputs = document.RootElement.EnumerateObject().ToDictionary(output => output.Name, output =>
            output.Value.GetProperty("data").EnumerateArray().Select(value => value.GetSingle())
                .Chunk(output.Value.GetProperty("dims")[1].GetInt32()).ToArray());
        Assert.Equal(Outputs.Order(), outputs.Keys.Order());
        return outputs;
    }

    public void Dispose()
    {
        _session.Dispose();
        File.Delete(Path);
    }

    private static float[][] Rows<T>(Tensor<T> tensor, Func<T, float> convert) =>
        [.. tensor.ToArray().Select(convert).Chunk(tensor.Dimensions[1])];

    private NamedOnnxValue Feed(string name, IDataView data)
    {
        if (data.Schema.GetColumnOrNull(name) is null)
        {
            // The steps of sequences of unknown size.
            string column = name[..^".Length".Length];
            int stepSize = column == nameof(Row.Words) ? 1 : Row.StepSize;
            return Value(name, Values(data, column), value => (long)value, row => [row.Length / stepSize]);
        }
        if (data.Schema[name].Type is TextDataViewType)
        {
            string[] texts = [.. data.GetColumn<string>(name)];
            return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<string>(texts, [texts.Length, 1]));
        }
        float[][] rows = Values(data, name);
        Type type = ElementType(name);
        return type == typeof(float) ? Value(name, rows, value => value)
            : type == typeof(long) ? Value(name, rows, value => (long)value)
            : type == typeof(int) ? Value(name, rows, value => (int)value)
            : type == typeof(bool) ? Value(name, rows, value => value != 0)
            : throw new NotSupportedException(type.ToString());
    }

    private static NamedOnnxValue Value<T>(string name, float[][] rows, Func<float, T> convert, Func<float[], float[]>? change = null)
    {
        if (change is not null)
            rows = [.. rows.Select(change)];
        int width = rows.Max(row => row.Length);
        var values = new T[rows.Length * width];
        // What is behind a shorter row must not count.
        Array.Fill(values, convert(3));
        for (int i = 0; i < rows.Length; i++)
            rows[i].Select(convert).ToArray().CopyTo(values, i * width);
        return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<T>(values, [rows.Length, width]));
    }

    private static float[][] Values(IDataView data, string name)
    {
        DataViewSchema.Column column = data.Schema[name];
        return column.Type switch
        {
            VectorDataViewType => [.. data.GetColumn<float[]>(column)],
            KeyDataViewType => [.. data.GetColumn<uint>(column).Select(value => new[] { (float)value })],
            BooleanDataViewType => [.. data.GetColumn<bool>(column).Select(value => new[] { value ? 1f : 0 })],
            { RawType: var type } when type == typeof(int) => [.. data.GetColumn<int>(column).Select(value => new[] { (float)value })],
            _ => [.. data.GetColumn<float>(column).Select(value => new[] { value })],
        };
    }
}
