using System.CommandLine;
using Microsoft.ML;
using Spectre.Console;

namespace Disentangle.ML.Tool;

/// <summary><c>disentangle export-onnx</c>: writes a model as ONNX.</summary>
internal static class ExportOnnxCommand
{
    public static Command Create()
    {
        Option<FileInfo> model = CommonOptions.Model(), output = CommonOptions.Out("ONNX file to write");
        var command = new Command("export-onnx", "Writes a model, from the columns to the cluster, as one ONNX file") { model, output };
        command.SetAction(parsed =>
        {
            FileInfo file = parsed.GetValue(output)!, source = parsed.GetValue(model)!;
            OutputFile.Check(file, source);
            var ml = new MLContext();
            var saved = new SavedModel(ml, source);
            ml.Model.ExportToOnnx(saved.Transformer, saved.Inputs, file.FullName,
                new() { OutputColumns = [ModelColumns.Embedding, ModelColumns.Cluster, ModelColumns.Score] });
            Terminal.Output.WriteLine($"Model written to '{file}'.");
        });
        return command;
    }
}
