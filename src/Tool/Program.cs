using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using Disentangle.ML.Tool;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var root = new RootCommand("Finds the groups inside a coarse label of a CSV file.")
{
    FitCommand.Create(), ClusterCommand.Create(), EvaluateCommand.Create(), DescribeCommand.Create(), ExportOnnxCommand.Create(),
};
ParseResult parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction fault)
    fault.ShowHelp = false;
try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is InputException or InvalidDataException or IOException or UnauthorizedAccessException)
{
    // These are thrown for wrong arguments, wrong content of files, and files that cannot be read or written, and the message says what is
    // wrong. Anything else is a bug and keeps its stack trace.
    Terminal.WriteError(e);
    return 1;
}
