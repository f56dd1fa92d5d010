using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Disentangle.ML.Onnx.Protobuf;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using DataType = Disentangle.ML.Onnx.Protobuf.TensorProto.Types.DataType;

namespace Disentangle.ML.Onnx;

/// <summary>
/// Writes a fitted pipeline as one graph: from the outputs back it finds what is needed, from the inputs on it writes step by step.
/// </summary>
internal sealed class PipelineExport
{
    private readonly ModelOperationsCatalog _catalog;
    private readonly OnnxExportOptions _options;
    private readonly ITransformer[] _steps;

    /// <summary>The schema before each step, and that after the last.</summary>
    private readonly DataViewSchema[] _schemas;

    private readonly Graph _graph;
    private readonly List<ValueInfoProto> _inputs = [];

    private PipelineExport(ModelOperationsCatalog catalog, ITransformer model, DataViewSchema inputSchema, OnnxExportOptions options)
    {
        (_catalog, _options) = (catalog, options);
        _steps = [.. Steps(model)];
        _schemas = new DataViewSchema[_steps.Length + 1];
        _schemas[0] = inputSchema;
        for (int i = 0; i < _steps.Length; i++)
            _schemas[i + 1] = _steps[i].GetOutputSchema(_schemas[i]);
        _graph = new Graph(_schemas.SelectMany(schema => schema)
            .SelectMany(column => new[] { column.Name, $"{column.Name}.output", LengthName(column.Name) }));
    }

    public static ModelProto Run(ModelOperationsCatalog catalog, ITransformer model, DataViewSchema inputSchema, OnnxExportOptions options)
    {
        if (options.OpsetVersion is < OnnxExportOptions.LeastOpsetVersion or > OnnxExportOptions.GreatestOpsetVersion)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.OpsetVersion,
                $"OpsetVersion must be {OnnxExportOptions.LeastOpsetVersion} to {OnnxExportOptions.GreatestOpsetVersion}.");
        }
        return new PipelineExport(catalog, model, inputSchema, options).Write();
    }

    private ModelProto Write()
    {
        DataViewSchema.Column[] outputs = Outputs();
        HashSet<int>[] needed = Needed(outputs);
        Dictionary<int, string> tensors = needed[0].Order().ToDictionary(index => index, index => Input(_schemas[0][index]));
        for (int i = 0; i < _steps.Length; i++)
            tensors = Step(i, tensors, needed[i + 1]);

        var model = new ModelProto { IrVersion = 8, ProducerName = "Disentangle.ML", Graph = new GraphProto { Name = "Pipeline" } };
        HashSet<string> inputNames = [.. _inputs.Select(input => input.Name)];
        foreach (DataViewSchema.Column column in outputs)
        {
            string name = inputNames.Contains(column.Name) ? $"{column.Name}.output" : column.Name;
            if (column.Type is KeyDataViewType)
                _graph.AddTo(name, "Cast", [tensors[column.Index]], ("to", (long)DataType.Int64));
            else
                _graph.AddTo(name, "Identity", [tensors[column.Index]]);
            model.Graph.Output.Add(Value(name, column));
            AddMetadata(model, name, column);
        }
        _graph.Prune(model.Graph.Output.Select(output => output.Name));
        Operators.Lift(_graph, _options.OpsetVersion);
        foreach ((string domain, long version) in _graph.Domains.Append(KeyValuePair.Create("", (long)_options.OpsetVersion)))
        {
            if (_graph.Nodes.Any(node => node.Domain == domain))
                model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = version });
        }
        model.Graph.Node.Add(_graph.Nodes);
        model.Graph.Initializer.Add(_graph.Initializers);
        model.Graph.Input.Add(_inputs);
        return model;
    }

    /// <summary>The steps of a pipeline one after the other; those of this library that were loaded as what they were.</summary>
    private static IEnumerable<ITransformer> Steps(ITransformer model) => model switch
    {
        FeatureTransformer => [model],
        IEnumerable<ITransformer> chain => StockChain.Open(chain) is { } own ? [own] : chain.SelectMany(Steps),
        _ => [model],
    };

    private DataViewSchema.Column[] Outputs()
    {
        DataViewSchema last = _schemas[^1];
        if (_options.OutputColumns is { } names)
        {
            if (names.Count == 0)
                throw new ArgumentException("OutputColumns is empty; null writes all columns that the pipeline adds.");
            return [.. names.Distinct().Select(name => last.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(nameof(names),
                $"OutputColumns names '{name}', but the pipeline has no such column; it has {string.Join(", ", Visible(last))}."))];
        }
        DataViewSchema.Column[] added = [.. last.Where(column => !column.IsHidden && _schemas[0].GetColumnOrNull(column.Name) is null)];
        return added.Length > 0
            ? added
            : throw new ArgumentException(
                "The pipeline adds no column that its input does not have; name those to write by OutputColumns.");
    }

    private static IEnumerable<string> Visible(DataViewSchema schema) =>
        schema.Where(column => !column.IsHidden).Select(column => column.Name);

    /// <summary>For every schema the columns that the outputs depend on.</summary>
    private HashSet<int>[] Needed(IEnumerable<DataViewSchema.Column> outputs)
    {
        HashSet<int>[] needed = [.. _schemas.Select(_ => new HashSet<int>())];
        needed[^1].UnionWith(outputs.Select(output => output.Index));
        for (int i = _steps.Length - 1; i >= 0; i--)
        {
            foreach (int index in needed[i + 1])
            {
                if (Passing(i, index) is { } source)
                    needed[i].Add(source);
                else
                    needed[i].UnionWith(Dependencies(i, [_schemas[i + 1][index]]).Select(column => column.Index));
            }
        }
        return needed;
    }

    /// <summary>The column before a step that it hands on as the column after it; null where the step makes that column.</summary>
    private int? Passing(int step, int index)
    {
        (DataViewSchema before, DataViewSchema after) = (_schemas[step], _schemas[step + 1]);
        DataViewSchema.Column column = after[index];
        if (_steps[step] is ColumnSelectingTransformer)
            return before[column.Name].Index;
        // Of columns with the same name, those that were there come first and the new one hides them, wherever it stands.
        int earlier = after.Take(index).Count(other => other.Name == column.Name);
        return before.Where(other => other.Name == column.Name).Skip(earlier).Select(other => (int?)other.Index).FirstOrDefault();
    }

    private IEnumerable<DataViewSchema.Column> Dependencies(int step, IEnumerable<DataViewSchema.Column> columns)
    {
        if (!_steps[step].IsRowToRowMapper)
            throw Fault(step, columns, "it does not give one row for every row.");
        return _steps[step].GetRowToRowMapper(_schemas[step]).GetDependencies(columns);
    }

    private Dictionary<int, string> Step(int step, Dictionary<int, string> before, HashSet<int> needed)
    {
        var after = new Dictionary<int, string>();
        var added = new List<DataViewSchema.Column>();
        foreach (int index in needed.Order())
        {
            if (Passing(step, index) is { } source)
                after[index] = before[source];
            else
                added.Add(_schemas[step + 1][index]);
        }
        if (added.Count == 0)
            return after;
        try
        {
            IReadOnlyDictionary<string, string> written = _steps[step] is FeatureTransformer own
                ? FeatureStep.Write(_graph, own, Features(own.Input, _schemas[step], before))
                : StockStep.Write(_catalog, _graph, _steps[step],
                    [.. Dependencies(step, added).Select(column => (column, before[column.Index]))],
                    [.. added.Select(column => column.Name)]);
            foreach (DataViewSchema.Column column in added)
                after[column.Index] = written[column.Name];
            return after;
        }
        catch (Exception e) when (e is NotSupportedException
            || _steps[step] is not FeatureTransformer && (e is InvalidOperationException or ArgumentException or NotImplementedException))
        {
            // ML.NET's converter has no exception of its own: it throws these for what it does not know.
            throw Fault(step, added, e.Message, e);
        }
    }

    private NotSupportedException Fault(int step, IEnumerable<DataViewSchema.Column> columns, string why, Exception? inner = null)
    {
        string names = string.Join(", ", columns.Select(column => $"'{column.Name}'"));
        return new NotSupportedException(string.Create(CultureInfo.InvariantCulture,
            $"Step {step + 1} of {_steps.Length}, {_steps[step].GetType().Name}, which makes {names}, cannot be converted to ONNX: {why}"),
            inner);
    }

    private FeatureTensors Features(FeatureInput input, DataViewSchema schema, Dictionary<int, string> tensors)
    {
        FeatureColumns columns = input.Find(schema);
        string features = tensors[columns.Features.Index];
        string? label = columns.Label is { } found ? tensors[found.Index] : null;
        if (!input.Shape.IsSequence)
            return new FeatureTensors(features, Lengths: null, label);
        string lengths;
        if (columns.Length is { } length)
            lengths = _graph.Add("Reshape", [_graph.Cast(tensors[length.Index], DataType.Int64), _graph.Integers(-1)]);
        else if (((VectorDataViewType)columns.Features.Type).Size is > 0 and var size)
        {
            string rows = _graph.Add("Gather", [_graph.Add("Shape", [features]), _graph.Integers(0)]);
            lengths = _graph.Add("Expand", [_graph.Integer(size / input.Shape.Width), rows]);
        }
        else
        {
            string name = LengthName(input.Name);
            if (_inputs.All(known => known.Name != name))
                _inputs.Add(Value(name, NumberDataViewType.Int64));
            lengths = _graph.Add("Reshape", [name, _graph.Integers(-1)]);
        }
        return new FeatureTensors(features, lengths, label);
    }

    private static string LengthName(string column) => $"{column}.Length";

    /// <summary>
    /// Makes a column an input of the graph. Keys are Int64 outside; the converter of ML.NET's steps takes them in their own type.
    /// </summary>
    private string Input(DataViewSchema.Column column)
    {
        _inputs.Add(Value(column.Name, column));
        return column.Type is KeyDataViewType ? _graph.Cast(column.Name, ElementType(column.Name, column.Type.RawType)) : column.Name;
    }

    private static ValueInfoProto Value(string name, DataViewSchema.Column column) => Value(name, column.Type);

    private static ValueInfoProto Value(string name, DataViewType type)
    {
        DataViewType item = type is VectorDataViewType vector ? vector.ItemType : type;
        var tensor = new TypeProto.Types.Tensor
        {
            ElemType = (int)(item is KeyDataViewType ? DataType.Int64 : ElementType(name, item.RawType)),
            Shape = new TensorShapeProto(),
        };
        tensor.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "rows" });
        tensor.Shape.Dim.Add(type switch
        {
            VectorDataViewType { Size: 0 } => new TensorShapeProto.Types.Dimension { DimParam = $"{name}.size" },
            VectorDataViewType { Size: var size } => new TensorShapeProto.Types.Dimension { DimValue = size },
            _ => new TensorShapeProto.Types.Dimension { DimValue = 1 },
        });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private static DataType ElementType(string column, Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Single => DataType.Float,
        TypeCode.Double => DataType.Double,
        TypeCode.Boolean => DataType.Bool,
        TypeCode.SByte => DataType.Int8,
        TypeCode.Byte => DataType.Uint8,
        TypeCode.Int16 => DataType.Int16,
        TypeCode.UInt16 => DataType.Uint16,
        TypeCode.Int32 => DataType.Int32,
        TypeCode.UInt32 => DataType.Uint32,
        TypeCode.Int64 => DataType.Int64,
        TypeCode.UInt64 => DataType.Uint64,
        _ => type == typeof(ReadOnlyMemory<char>)
            ? DataType.String
            : throw new NotSupportedException($"Column '{column}' holds values of {type.Name}, for which ONNX has no tensor."),
    };

    private static void AddMetadata(ModelProto model, string name, DataViewSchema.Column column)
    {
        foreach (string kind in new[] { KeyValueTypes.AnnotationKind, FeatureOutput.SlotNamesKind })
        {
            if (column.Annotations.Schema.GetColumnOrNull(kind)?.Type is not VectorDataViewType { Size: > 0 } type
                || KeyValueTypes.Dispatch(type.ItemType.RawType, new ReadTexts(column, kind)) is not { } texts)
            {
                continue;
            }
            model.MetadataProps.Add(new StringStringEntryProto { Key = $"{name}.{kind}", Value = JsonArray(texts) });
        }
    }

    private static string JsonArray(IEnumerable<string> texts)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartArray();
            foreach (string text in texts)
                writer.WriteStringValue(text);
            writer.WriteEndArray();
        }
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed class ReadTexts(DataViewSchema.Column column, string kind) : IKeyValueAction<string[]>
    {
        public string[] Run<T>() where T : struct
        {
            VBuffer<T> values = default;
            column.Annotations.GetValue(kind, ref values);
            return [.. values.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!)];
        }
    }
}
