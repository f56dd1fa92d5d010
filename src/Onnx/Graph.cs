using System.Runtime.InteropServices;
using Disentangle.ML.Onnx.Protobuf;
using Google.Protobuf;
using DataType = Disentangle.ML.Onnx.Protobuf.TensorProto.Types.DataType;

namespace Disentangle.ML.Onnx;

/// <summary>
/// A graph that grows node by node. Nodes are written as of operator set 12, the one that ML.NET's converter writes; <see
/// cref="Operators"/> lifts them to
/// the one that was asked for.
/// </summary>
/// <param name="reserved">The names that columns have.</param>
internal sealed class Graph(IEnumerable<string> reserved)
{
    private readonly HashSet<string> _names = [.. reserved];

    public List<NodeProto> Nodes { get; } = [];

    public List<TensorProto> Initializers { get; } = [];

    /// <summary>The versions of other sets of operators than ONNX's own that nodes use.</summary>
    public Dictionary<string, long> Domains { get; } = [];

    /// <summary>A name that nothing else has.</summary>
    public string Unique(string name)
    {
        string unique = name;
        for (int i = 1; !_names.Add(unique); i++)
            unique = $"{name}.{i}";
        return unique;
    }

    /// <summary>Adds a node with one output and gives the output's name.</summary>
    public string Add(string operation, string[] inputs, params (string Name, object Value)[] attributes) =>
        AddTo(Unique(operation), operation, inputs, attributes);

    /// <summary>Adds a node with two outputs and gives the name of the second.</summary>
    public string AddSecond(string operation, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string second = Unique(operation);
        Add(operation, inputs, attributes);
        Nodes[^1].Output.Add(second);
        return second;
    }

    /// <summary>Adds a node whose one output has this name, which is also the node's.</summary>
    public string AddTo(string output, string operation, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = operation, Name = output };
        node.Input.Add(inputs);
        node.Output.Add(output);
        node.Attribute.Add(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        Nodes.Add(node);
        return output;
    }

    public string Cast(string tensor, DataType type) => Add("Cast", [tensor], ("to", (long)type));

    public string Constant(ReadOnlySpan<float> values, ReadOnlySpan<long> dims, string name = "constant") =>
        Constant(values, dims, DataType.Float, name);

    public string Constant(ReadOnlySpan<double> values, ReadOnlySpan<long> dims, string name = "constant") =>
        Constant(values, dims, DataType.Double, name);

    public string Constant(ReadOnlySpan<long> values, ReadOnlySpan<long> dims, string name = "constant") =>
        Constant(values, dims, DataType.Int64, name);

    public string Integers(params ReadOnlySpan<long> values) => Constant(values, [values.Length]);

    public string Integer(long value) => Constant([value], []);

    private string Constant<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> dims, DataType type, string name) where T : struct
    {
        var tensor = new TensorProto { Name = Unique(name), DataType = (int)type };
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        foreach (long length in dims)
            tensor.Dims.Add(length);
        Initializers.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Drops what no output depends on.</summary>
    public void Prune(IEnumerable<string> outputs)
    {
        var needed = new HashSet<string>(outputs);
        for (int i = Nodes.Count - 1; i >= 0; i--)
        {
            if (Nodes[i].Output.Any(needed.Contains))
                needed.UnionWith(Nodes[i].Input);
            else
                Nodes.RemoveAt(i);
        }
        Initializers.RemoveAll(initializer => !needed.Contains(initializer.Name));
    }

    public static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case long number:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, number);
                break;
            case float number:
                (attribute.Type, attribute.F) = (AttributeProto.Types.AttributeType.Float, number);
                break;
            case string text:
                (attribute.Type, attribute.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case long[] numbers:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.Add(numbers);
                break;
            default:
                throw new ArgumentException($"An attribute cannot be a {value.GetType()}.", nameof(value));
        }
        return attribute;
    }
}
