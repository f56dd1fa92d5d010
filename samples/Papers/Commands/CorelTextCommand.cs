using System.CommandLine;
using Disentangle.ML.Transforms;

namespace Papers;

internal sealed class CorelTextCommand : Command
{
    public CorelTextCommand()
        : base("corel-text", "The same for texts with topics: an MLP on mean word vectors, or a text CNN (Kenyon-Dean et al. 2019)")
    {
        var glove = new Option<FileInfo>("--glove") { Description = "Word vectors in GloVe's text format, plain or .gz", Required = true };
        var words = new Option<int?>("--words") { Description = "Number of word vectors to read, from the first" };
        var train = new Option<FileInfo>("--train")
        {
            Description = "Training texts with topics in the format of AG News: .csv or .tsv, plain or .gz",
            Required = true,
        };
        var test = new Option<FileInfo>("--test") { Description = "Test texts in the same format", Required = true };
        var convolutional = new Option<bool>("--cnn") { Description = "Use the text CNN instead of the MLP" };
        var tuning = new TuningOptions();
        Option<int> epochs = CommonOptions.Epochs(30);
        CommonOptions.AddTo(this, glove, words, train, test, convolutional, tuning.Lambdas, tuning.Seeds, epochs, CommonOptions.Pictures);
        SetAction(parsed => CorelText.Run(
            WordVectors.Load(parsed.GetValue(glove)!.FullName, parsed.GetValue(words)), parsed.GetValue(train)!, parsed.GetValue(test)!,
            parsed.GetValue(convolutional), parsed.GetValue(epochs), tuning.Of(parsed), parsed.GetValue(CommonOptions.Seeds),
            CommonOptions.Results(parsed), CommonOptions.PictureFolder(parsed)));
    }
}
