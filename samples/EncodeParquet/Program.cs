using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using EncodeParquet;

// Encodes Parquet files. Several processes, on one machine or on many, take a share each:
//   dotnet run -c Release -- model.onnx rows/ encoded/ --keep Id --share 1/2
//   dotnet run -c Release -- model.onnx rows/ encoded/ --keep Id --share 2/2
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var model = new Argument<string>("model") { Description = "The model: a zip, or an ONNX file" };
var input = new Argument<string>("input") { Description = "A Parquet file, or a folder of them" };
var output = new Argument<string>("output") { Description = "The folder to write to" };
var columns = new Option<string[]>("--columns") { Description = "The model's columns to write; all if not given" };
var keep = new Option<string[]>("--keep") { Description = "Columns to copy, such as an identifier" };
columns.AllowMultipleArgumentsPerToken = keep.AllowMultipleArgumentsPerToken = true;
var share = new Option<Share>("--share")
{
    Description = "The share of this process: 2/4 is the second of four",
    DefaultValueFactory = _ => new Share(1, 1),
    CustomParser = result =>
    {
        if (!Share.TryParse(result.Tokens[0].Value, out Share parsed))
            result.AddError($"'{result.Tokens[0].Value}' is no share; expected 1/N to N/N.");
        return parsed;
    },
};
var command = new RootCommand("Encodes Parquet files row group by row group") { model, input, output, columns, keep, share };
command.SetAction(async (parsed, token) =>
{
    var job = new EncodingJob(parsed.GetRequiredValue(model), parsed.GetRequiredValue(input), parsed.GetRequiredValue(output))
    {
        Columns = parsed.GetValue(columns) ?? [], Kept = parsed.GetValue(keep) ?? [], Share = parsed.GetRequiredValue(share),
    };
    long start = Stopwatch.GetTimestamp(), rows = 0;
    try
    {
        string path = await job.RunAsync(count => rows += count, token);
        Console.WriteLine($"{path}: {rows:N0} rows in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s, "
            + $"{Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB at most");
        return 0;
    }
    catch (Exception e) when (e is IOException or InvalidDataException or NotSupportedException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine(e.Message);
        return 1;
    }
});
return await command.Parse(args).InvokeAsync();
