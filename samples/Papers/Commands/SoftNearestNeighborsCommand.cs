using System.CommandLine;
using Disentangle.ML.Trainers;

namespace Papers;

internal sealed class SoftNearestNeighborsCommand : Command
{
    public SoftNearestNeighborsCommand()
        : base("snnl", "An autoencoder with few labels, with and without the soft nearest neighbour loss (Agarap and Azcarraga 2020)")
    {
        var labelled = new Option<int>("--labelled")
        {
            Description = "Number of training rows with a label",
            DefaultValueFactory = _ => 10_000,
        };
        var code = new Option<int>("--code") { Description = "Size of the code", DefaultValueFactory = _ => 50 };
        var weight = new Option<float>("--weight")
        {
            Description = "Weight of the soft nearest neighbour loss",
            DefaultValueFactory = _ => 100,
        };
        var initialization = new Option<WeightInitialization>("--initialization")
        {
            Description = "Initialisation of the autoencoder's weights",
            DefaultValueFactory = _ => WeightInitialization.He,
        };
        Option<int> epochs = CommonOptions.Epochs(20);
        CommonOptions.AddTo(this, CommonOptions.Data, CommonOptions.Train, labelled, code, weight, initialization, epochs,
            CommonOptions.Pictures);
        SetAction(parsed => SoftNearestNeighbors.Run(CommonOptions.Digits(parsed), new SoftNearestNeighbors.Settings(
            parsed.GetValue(labelled), parsed.GetValue(code), parsed.GetValue(weight), parsed.GetValue(initialization),
            parsed.GetValue(epochs)),
            parsed.GetValue(CommonOptions.Seeds), CommonOptions.Results(parsed), CommonOptions.PictureFolder(parsed)));
    }
}
