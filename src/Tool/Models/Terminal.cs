using Spectre.Console;

namespace Disentangle.ML.Tool;

/// <summary>Standard output and standard error.</summary>
internal static class Terminal
{
    private const int WidthOfFiles = 1_000;

    /// <summary>Standard output.</summary>
    public static IAnsiConsole Output { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>Writes the message of an exception to standard error, on one line.</summary>
    public static void WriteError(Exception exception)
    {
        string message = string.Join(' ', exception.Message.Split(
            (char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Create(Console.Error, Console.IsErrorRedirected).MarkupLineInterpolated($"[red]Error:[/] {message}");
    }

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        // Lines are wrapped for people, not for files and pipes.
        if (redirected)
            console.Profile.Width = WidthOfFiles;
        return console;
    }
}
