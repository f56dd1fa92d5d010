using System.CommandLine;
using Microsoft.ML;

namespace Disentangle.ML.Tool;

/// <summary><c>disentangle evaluate</c>: scores clusters against known groups.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        Argument<FileInfo> data = CommonOptions.Data();
        Option<FileInfo> model = CommonOptions.Model();
        var truth = new Option<string>("--truth") { Description = "Column of the groups that the clusters should match", Required = true };
        var command = new Command("evaluate", "Scores the clusters of a CSV file against known groups") { data, model, truth };
        command.SetAction(parsed =>
        {
            var ml = new MLContext();
            var saved = new SavedModel(ml, parsed.GetValue(model)!);
            IDataView scored = saved.Transform(CsvTable.Read(parsed.GetValue(data)!), parsed.GetValue(truth)!);
            Console.Out.Write(ml.Clustering.EvaluateAgainstLabels(
                scored, parsed.GetValue(truth)!, ModelColumns.Cluster, ModelColumns.Embedding));
        });
        return command;
    }
}
