using Disentangle.ML.Onnx.Protobuf;

namespace Disentangle.ML.Onnx;

/// <summary>Lifts nodes of operator set 12 to a later one.</summary>
internal static class Operators
{
    /// <summary>From this version on <c>axes</c> is an input of these, and no attribute.</summary>
    private static readonly Dictionary<string, int> AxesAsInput = new()
    {
        ["ReduceSum"] = 13,
        ["Squeeze"] = 13,
        ["Unsqueeze"] = 13,
        ["ReduceL1"] = 18,
        ["ReduceL2"] = 18,
        ["ReduceLogSum"] = 18,
        ["ReduceLogSumExp"] = 18,
        ["ReduceMax"] = 18,
        ["ReduceMean"] = 18,
        ["ReduceMin"] = 18,
        ["ReduceProd"] = 18,
        ["ReduceSumSquare"] = 18,
    };

    public static void Lift(Graph graph, int version)
    {
        foreach (NodeProto node in graph.Nodes.Where(node => node.Domain.Length == 0))
        {
            AttributeProto? axes = node.Attribute.FirstOrDefault(attribute => attribute.Name == "axes");
            if (axes is not null && AxesAsInput.TryGetValue(node.OpType, out int since) && version >= since)
            {
                node.Attribute.Remove(axes);
                node.Input.Add(graph.Integers([.. axes.Ints]));
            }
            else if (node.OpType is "Softmax" or "LogSoftmax" or "Hardmax" && node.Attribute.All(attribute => attribute.Name != "axis"))
            {
                // Left out, it meant 1 up to version 12; the last axis since.
                node.Attribute.Add(Graph.Attribute("axis", 1L));
            }
            else if (node.OpType == "Split" && node.Attribute.FirstOrDefault(attribute => attribute.Name == "split") is { } lengths)
            {
                node.Attribute.Remove(lengths);
                node.Input.Add(graph.Integers([.. lengths.Ints]));
            }
        }
    }
}
