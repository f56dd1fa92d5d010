using System.CommandLine;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Papers;

internal sealed class JadeCommand : Command
{
    public JadeCommand()
        : base("jade", "1,000 images of house numbers and many handwritten digits, separately and jointly (Banijamali et al. 2017)")
    {
        var svhn = new Option<DirectoryInfo>("--svhn")
        {
            Description = "Folder with train_32x32.mat and test_32x32.mat; by default coloured digits are used",
        };
        var patches = new Option<DirectoryInfo>("--patches")
        {
            Description = "Folder with train-images-idx4-ubyte.gz, the backgrounds of coloured digits",
        };
        var auxiliary = new Option<int>("--auxiliary")
        {
            Description = "Number of handwritten digits, at most 45,000",
            DefaultValueFactory = _ => 45_000,
        };
        var validation = new Option<int>("--validation")
        {
            Description = "Hold out this many training rows, from the last, and score on them instead of the test rows, to choose settings",
        };
        var width = new Option<double>("--width") { Description = "Share of the paper's filters", DefaultValueFactory = _ => 1 };
        Option<float> primaryWeight = ClassWeight("--primary-weight", 1000), auxiliaryWeight = ClassWeight("--auxiliary-weight", 100);
        var layers = new Option<int>("--layers")
        {
            Description = "Number of hidden layers of 500 units in the classifier",
            DefaultValueFactory = _ => 3,
        };
        var dropout = new Option<float>("--dropout")
        {
            Description = "Dropout rate of the classifier",
            DefaultValueFactory = _ => 0.5f,
        };
        Option<int> epochs = CommonOptions.Epochs(300);
        var patience = new Option<int>("--patience")
        {
            Description = "Hold out 1,000 colour images, stop after this many epochs without a better accuracy on them, and keep the best "
                + "epoch; by default the last epoch is kept",
        };
        CommonOptions.RequirePositive(patience);
        CommonOptions.AddTo(this, CommonOptions.Data, svhn, patches, auxiliary, validation, width, primaryWeight, auxiliaryWeight, layers,
            dropout, epochs, patience, CommonOptions.Pictures);
        SetAction(parsed =>
        {
            DirectoryInfo digits = parsed.GetValue(CommonOptions.Data)!;
            var options = new JointAutoencoderOptions
            {
                Primary = Jade.Narrowed(ConvolutionalVariationalAutoencoder.HouseNumbers, parsed.GetValue(width)),
                Auxiliary = Jade.Narrowed(ConvolutionalVariationalAutoencoder.Digits, parsed.GetValue(width)),
                PrimaryClassificationWeight = parsed.GetValue(primaryWeight),
                AuxiliaryClassificationWeight = parsed.GetValue(auxiliaryWeight),
                ClassifierHidden = [.. Enumerable.Repeat(500, parsed.GetValue(layers))],
                ClassifierDropout = parsed.GetValue(dropout),
                Epochs = parsed.GetValue(epochs),
                EarlyStopping = parsed.GetValue(patience) is > 0 and int wait
                    ? new EarlyStopping { Metric = ValidationMetric.Accuracy, Patience = wait }
                    : null,
            };
            var sizes = new HouseNumbers.Sizes(parsed.GetValue(auxiliary), parsed.GetValue(validation), options.EarlyStopping is not null);
            HouseNumbers Numbers(MLContext ml) => parsed.GetValue(svhn) is { } folder
                ? HouseNumbers.FromSvhn(ml, folder, digits, sizes)
                : HouseNumbers.FromDigits(ml, digits, parsed.GetValue(patches), sizes);
            string description =
                $"{(parsed.GetValue(svhn) is null ? "coloured digits" : "SVHN")}, {parsed.GetValue(auxiliary)} auxiliary rows, "
                + $"{(parsed.GetValue(validation) is > 0 and int held ? $"{held} training rows held out, " : "")}"
                + $"{parsed.GetValue(width)} of the filters, "
                + $"class weights {parsed.GetValue(primaryWeight)} and {parsed.GetValue(auxiliaryWeight)}, "
                + $"{parsed.GetValue(layers)} x 500 with dropout {parsed.GetValue(dropout)}, "
                + (options.EarlyStopping is { } stopping
                    ? $"at most {options.Epochs} epochs, patience {stopping.Patience}" : $"{options.Epochs} epochs");
            Jade.Run(Numbers, description, options, parsed.GetValue(CommonOptions.Seeds), CommonOptions.Results(parsed),
                CommonOptions.PictureFolder(parsed));
        });
    }

    private static Option<float> ClassWeight(string name, float usual) =>
        new(name) { Description = "Weight of the cross-entropy of these rows", DefaultValueFactory = _ => usual };
}
