using System.CommandLine;
using Disentangle.ML.Evaluators;
using Microsoft.ML;

namespace Disentangle.ML.Tool;

/// <summary><c>disentangle describe</c>: says what the clusters hold.</summary>
internal static class DescribeCommand
{
    public static Command Create()
    {
        Argument<FileInfo> data = CommonOptions.Data();
        Option<FileInfo> model = CommonOptions.Model();
        Option<string[]> labels = CommonOptions.Columns("--label", "Columns whose values to count in each cluster");
        var json = new Option<bool>("--json") { Description = "Write JSON" };
        var command = new Command("describe", "Says what each cluster holds and how it differs from the others") { data, model, labels,
            json };
        command.SetAction(parsed =>
        {
            var ml = new MLContext();
            var saved = new SavedModel(ml, parsed.GetValue(model)!);
            string[] names = parsed.GetValue(labels)!;
            IDataView scored = saved.Transform(CsvTable.Read(parsed.GetValue(data)!), names);
            ClusterDescriptions descriptions = ml.Clustering.DescribeClusters(
                scored, [.. saved.Inputs.Select(column => column.Name)], names, ModelColumns.Cluster, ModelColumns.Embedding);
            Console.Out.WriteLine(parsed.GetValue(json) ? descriptions.ToJson(indented: true) : descriptions.ToString().TrimEnd());
        });
        return command;
    }
}
