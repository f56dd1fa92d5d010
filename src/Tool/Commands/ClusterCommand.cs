using System.CommandLine;
using System.Globalization;
using CsvHelper;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Disentangle.ML.Tool;

/// <summary><c>disentangle cluster</c>: writes the rows with their clusters.</summary>
internal static class ClusterCommand
{
    private const string ClusterName = "cluster";

    public static Command Create()
    {
        Argument<FileInfo> data = CommonOptions.Data();
        Option<FileInfo> model = CommonOptions.Model(),
            output = CommonOptions.Out("CSV file to write: the columns of the data and 'cluster'");
        var command = new Command("cluster", "Writes the rows of a CSV file with their clusters") { data, model, output };
        command.SetAction(parsed => Run(parsed.GetValue(data)!, parsed.GetValue(model)!, parsed.GetValue(output)!));
        return command;
    }

    private static void Run(FileInfo data, FileInfo model, FileInfo output)
    {
        OutputFile.Check(output, data, model);
        var saved = new SavedModel(new MLContext(), model);
        CsvTable table = CsvTable.Read(data);
        if (table.Names.Contains(ClusterName))
            throw new InputException($"'{data}' already has a column '{ClusterName}'; rename it or take it out.");
        uint[] clusters = [.. saved.Transform(table).GetColumn<uint>(ModelColumns.Cluster)];
        AtomicFile.Write(output.FullName, file =>
        {
            using CsvWriter writer = CsvWriter.Create(
                file, new CsvWriterOptions { Separator = table.Separator, HasHeader = false }, leaveOpen: true);
            Write(writer, table.Names, ClusterName);
            for (int row = 0; row < clusters.Length; row++)
                Write(writer, table.Rows[row], clusters[row].ToString(CultureInfo.InvariantCulture));
        });
        Terminal.Output.WriteLine($"{clusters.Length} rows with their clusters written to '{output}'.");
    }

    private static void Write(CsvWriter writer, string[] fields, string last)
    {
        foreach (string field in fields.Append(last))
            writer.WriteField(field);
        writer.EndRecord();
    }
}
