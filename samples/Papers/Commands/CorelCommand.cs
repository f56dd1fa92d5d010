using System.CommandLine;

namespace Papers;

internal sealed class CorelCommand : Command
{
    public CorelCommand()
        : base("corel", "Ten classes; accuracy of the classifier and of KMeans in the latent space for each loss (Kenyon-Dean et al. 2019)")
    {
        var convolutional = new Option<bool>("--cnn") { Description = "Use the image CNN instead of the MLP" };
        var latent = new Option<int>("--latent")
        {
            Description = "Size of the latent space; 2 has no activation, and pictures show it as it is",
            DefaultValueFactory = parsed => Corel.LatentSize(parsed.GetValue(convolutional)),
        };
        var tuning = new TuningOptions();
        var epochs = new Option<int>("--epochs")
        {
            Description = "Number of passes over the data; by default 150 with --tune, as in the paper",
            DefaultValueFactory = parsed => tuning.AreGiven(parsed) ? 150 : 10,
        };
        CommonOptions.RequirePositive(latent, epochs);
        CommonOptions.AddTo(this, CommonOptions.Data, CommonOptions.Train, convolutional, latent, tuning.Lambdas, tuning.Seeds, epochs,
            CommonOptions.Pictures);
        SetAction(parsed => Corel.Run(CommonOptions.Digits(parsed).WithTenClasses(), parsed.GetValue(convolutional),
            parsed.GetValue(latent), parsed.GetValue(epochs), tuning.Of(parsed), parsed.GetValue(CommonOptions.Seeds),
            CommonOptions.Results(parsed), CommonOptions.PictureFolder(parsed)));
    }
}
