using System.CommandLine;

namespace Papers;

internal sealed class ForcedToLearnCommand : Command
{
    public ForcedToLearnCommand()
        : base("forced-to-learn",
            "Digits labelled only 0-4 or 5-9; AMI of 9, 10 and 11 clusters for each loss (Romanov and Rumshisky 2017)")
    {
        var network = new Option<string>("--network")
        {
            Description = "mlp reads pixels, gru reads pen strokes",
            DefaultValueFactory = _ => "mlp",
        };
        network.AcceptOnlyFromAmong("mlp", "gru");
        var published = new Option<DirectoryInfo>("--strokes")
        {
            Description = "Folder with the published strokes, for gru; by default they are derived from the images",
        };
        var autoencoder = new Option<bool>("--autoencoder")
        {
            Description = "Train an autoencoder without labels in place of the classifier",
        };
        var validation = new Option<int>("--validation")
        {
            Description = "Hold out this many training rows, from the last, and score on them instead of the test rows, to choose settings",
        };
        var hidden = new Option<int>("--hidden")
        {
            Description = "Number of units before the embedding, or in the GRU",
            DefaultValueFactory = parsed => parsed.GetValue(network) == "gru" ? 128 : 256,
        };
        var embedding = new Option<int>("--embedding")
        {
            Description = "Size of the embedding",
            DefaultValueFactory = parsed => parsed.GetValue(network) == "gru" ? 64 : 32,
        };
        Option<int> epochs = CommonOptions.Epochs(10);
        CommonOptions.AddTo(this, CommonOptions.Data, CommonOptions.Train, network, published, autoencoder, validation, hidden, embedding,
            epochs, CommonOptions.Pictures);
        SetAction(parsed =>
        {
            bool strokes = parsed.GetValue(network) == "gru";
            Digits digits = CommonOptions.Digits(parsed).WithTenClasses();
            if (strokes)
                digits = digits.WithStrokes(parsed.GetValue(published));
            if (parsed.GetValue(validation) is > 0 and int rows)
                digits = digits.ForValidation(rows);
            ForcedToLearn.Run(digits, new ForcedToLearn.Settings(
                strokes, parsed.GetValue(autoencoder), parsed.GetValue(hidden), parsed.GetValue(embedding), parsed.GetValue(epochs)),
                parsed.GetValue(CommonOptions.Seeds), CommonOptions.Results(parsed), CommonOptions.PictureFolder(parsed));
        });
    }
}
