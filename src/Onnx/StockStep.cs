using Disentangle.ML.Onnx.Protobuf;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Onnx;

/// <summary>Converts a step of ML.NET by ML.NET's own converter and takes what it writes over into a graph.</summary>
internal static class StockStep
{
    /// <summary>The version of ONNX's operators that the converter writes.</summary>
    private const int ConverterOpsetVersion = 12;

    /// <param name="catalog">The catalog.</param>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="step">The step.</param>
    /// <param name="inputs">The columns that it reads, with their tensors.</param>
    /// <param name="added">The columns that it adds and that are wanted.</param>
    /// <returns>The tensors of the added columns.</returns>
    public static IReadOnlyDictionary<string, string> Write(ModelOperationsCatalog catalog, Graph graph, ITransformer step,
        IReadOnlyList<(DataViewSchema.Column Column, string Tensor)> inputs, IReadOnlyList<string> added)
    {
        var schema = new DataViewSchema.Builder();
        foreach ((DataViewSchema.Column column, _) in inputs)
            schema.AddColumn(column.Name, column.Type, column.Annotations);
        using var stream = new MemoryStream();
        var view = new EmptyView(schema.ToSchema());
        catalog.ConvertToOnnx(step, view, stream, [.. added]);
        ModelProto model = ModelProto.Parser.ParseFrom(stream.ToArray());
        if (model.OpsetImport.FirstOrDefault(import => import.Domain.Length == 0) is { Version: not ConverterOpsetVersion } other)
            throw new NotSupportedException(
                $"ML.NET's converter wrote operators of version {other.Version}, and not {ConverterOpsetVersion}.");
        foreach (OperatorSetIdProto import in model.OpsetImport.Where(import => import.Domain.Length > 0))
            graph.Domains[import.Domain] = Math.Max(import.Version, graph.Domains.GetValueOrDefault(import.Domain));

        var tensors = inputs.ToDictionary(input => input.Column.Name, input => input.Tensor);
        string Rename(string name) => name.Length == 0 ? "" : tensors.TryGetValue(name, out string? known) ? known
            : tensors[name] = graph.Unique(name);
        foreach (TensorProto initializer in model.Graph.Initializer)
        {
            initializer.Name = Rename(initializer.Name);
            graph.Initializers.Add(initializer);
        }
        foreach (NodeProto node in model.Graph.Node)
        {
            node.Name = graph.Unique(node.Name);
            Replace(node.Input);
            Replace(node.Output);
            graph.Nodes.Add(node);
        }
        var outputs = added.ToDictionary(name => name, name => tensors.GetValueOrDefault($"{name}.output")
            ?? throw new NotSupportedException("ML.NET's converter left it out."));
        Dictionary<string, NodeProto> makers =
            model.Graph.Node.SelectMany(node => node.Output.Select(output => (output, node))).ToDictionary();
        foreach ((string name, string tensor) in outputs.ToArray())
        {
            string source = tensor;
            while (inputs.All(input => input.Tensor != source) && makers.TryGetValue(source, out NodeProto? copy)
                && copy.OpType == "Identity")
                source = copy.Input[0];
            if (inputs.Any(input => input.Tensor == source))
                RefuseUnchanged(step);
            // The converter of KMeans counts clusters from 0, KMeans and all other keys from 1.
            else if (makers.TryGetValue(source, out NodeProto? maker) && maker.OpType == "Cast"
                && makers.TryGetValue(maker.Input[0], out NodeProto? index) && index.OpType == "ArgMin")
                outputs[name] = FeatureStep.Key(graph, maker.Input[0]);
        }
        return outputs;

        void Replace(IList<string> names)
        {
            for (int i = 0; i < names.Count; i++)
                names[i] = Rename(names[i]);
        }
    }

    /// <summary>
    /// The converter hands the input of a step that it cannot convert through as the output of the same name. (Where the output has
    /// another name, it
    /// throws.)
    /// </summary>
    private static void RefuseUnchanged(ITransformer step)
    {
        if (step is not (ColumnCopyingTransformer or ColumnConcatenatingTransformer or TypeConvertingTransformer))
            throw new NotSupportedException("ML.NET's converter leaves the column as it was.");
    }
}
