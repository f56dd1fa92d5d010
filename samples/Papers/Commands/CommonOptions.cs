using System.CommandLine;
using System.CommandLine.Parsing;

namespace Papers;

/// <summary>Options that several experiments have.</summary>
internal static class CommonOptions
{
    public static readonly Option<DirectoryInfo> Data = new("--data")
    {
        Description = "Folder with the idx files of MNIST, Fashion-MNIST (if the folder's name contains 'fashion') or, for snnl, EMNIST "
            + "Balanced, gzip or plain, under their published names",
        Required = true,
    };

    public static readonly Option<int> Train =
        new("--train") { Description = "Number of training rows, from the first", DefaultValueFactory = _ => 60_000 };

    public static readonly Option<int> Seeds =
        new("--seeds") { Description = "Number of runs, with seeds 1, 2, ...", DefaultValueFactory = _ => 3 };

    public static readonly Option<DirectoryInfo> Pictures =
        new("--pictures") { Description = "Folder for pictures (PNG) of the runs with seed 1; by default none are drawn" };

    private static readonly Option<FileInfo> ResultsFile = new("--results")
    {
        Description = "File to which each finished run is added as a line of JSON; runs that it has are not repeated",
    };

    public static Option<int> Epochs(int usual) =>
        new("--epochs") { Description = "Number of passes over the data", DefaultValueFactory = _ => usual };

    /// <summary>Adds an experiment's options, then those that every experiment with a <see cref="Report"/> has.</summary>
    public static void AddTo(Command command, params Option[] options)
    {
        foreach (Option option in (Option[])[.. options, Seeds, ResultsFile])
            command.Add(option);
    }

    public static Digits Digits(ParseResult parsed) => Papers.Digits.Load(parsed.GetValue(Data)!, parsed.GetValue(Train));

    public static ResultsFile Results(ParseResult parsed) => new(parsed.GetValue(ResultsFile)?.FullName);

    public static PictureFolder PictureFolder(ParseResult parsed) => new(parsed.GetValue(Pictures));

    /// <summary>Refuses numbers below 1; the parser refuses what is not a number.</summary>
    public static void RequirePositive(params Option<int>[] options)
    {
        foreach (Option<int> option in options)
        {
            option.Validators.Add(result =>
            {
                foreach (Token token in result.Tokens)
                {
                    if (int.TryParse(token.Value, out int number) && number < 1)
                        result.AddError($"{option.Name} is {number}; it must be at least 1.");
                }
            });
        }
    }
}
