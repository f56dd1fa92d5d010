using System.CommandLine;

namespace Papers;

internal sealed class ChoosingCommand : Command
{
    public ChoosingCommand()
        : base("choose", "Which of many settings finds the digits? Scores without labels compared with the true AMI")
    {
        var optDigits = new Option<DirectoryInfo>("--optdigits")
        {
            Description = "Folder with UCI's optdigits.tra and optdigits.tes, to use in place of the shipped digits",
        };
        Option<int> epochs = CommonOptions.Epochs(10);
        var seeds = new Option<int>("--seeds")
        {
            Description = "Number of runs of each setting, at least 2",
            DefaultValueFactory = _ => 3,
        };
        foreach (Option option in (Option[])[optDigits, CommonOptions.Train, epochs, seeds])
            Add(option);
        SetAction(parsed =>
        {
            DirectoryInfo? folder = parsed.GetValue(optDigits);
            (Example[] rows, Example[] others) = folder is null ? Example.ShippedDigits() : Example.OptDigits(folder);
            rows = rows[..Math.Min(rows.Length, parsed.GetValue(CommonOptions.Train))];
            Choosing.Run(folder is null ? "MNIST" : "optdigits", rows, others, parsed.GetValue(epochs), parsed.GetValue(seeds));
        });
    }
}
