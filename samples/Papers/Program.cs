using System.CommandLine;
using System.Globalization;
using Papers;
using Spectre.Console;

// The papers' experiments on the full data. Each prints a table of means and standard deviations over seeds.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 320);
AnsiConsole.Profile.Capabilities.Ansi &= !Console.IsOutputRedirected;

var quick = new Command("quick",
    "Every experiment for one epoch on a few hundred shipped digits: shows that all of them run, not what they find");
var command = new RootCommand("The papers' experiments")
{
    new ForcedToLearnCommand(), new SoftNearestNeighborsCommand(), new MovingPointsCommand(), new CorelCommand(), new CorelTextCommand(),
    new JadeCommand(), new ChoosingCommand(), quick,
};
quick.SetAction(_ =>
{
    using var small = new Quick();
    return small.Commands.Select(Invoke).FirstOrDefault(status => status != 0);
});
try
{
    return Invoke(args);
}
catch (Exception fault) when (fault is IOException or InvalidDataException)
{
    // A missing or wrong file: the message names it, so a stack trace adds nothing.
    Console.Error.WriteLine(fault.Message);
    return 1;
}

int Invoke(string[] arguments) => command.Parse(arguments).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
