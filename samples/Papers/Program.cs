using System.CommandLine;
using System.Globalization;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Papers;
using Spectre.Console;

// The experiments of the papers, on the full data. Each prints a table of means and standard deviations over seeds.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 140);
AnsiConsole.Profile.Capabilities.Ansi &= !Console.IsOutputRedirected;

var data = new Option<DirectoryInfo>("--data")
{
    Description = "A folder with train- and t10k- images and labels as idx .gz files (MNIST, Fashion-MNIST)",
    Required = true,
};
var train = new Option<int>("--train") { Description = "Rows to train on, from the first", DefaultValueFactory = _ => 60_000 };
var seeds = new Option<int>("--seeds") { Description = "Runs, with seeds 1, 2, ...", DefaultValueFactory = _ => 3 };
Option<int> Epochs(int usual) => new("--epochs") { Description = "Passes over the data", DefaultValueFactory = _ => usual };

var groups = new Command("forced-to-learn", "Labels tell 0-4 from 5-9; AMI of 9, 10 and 11 clusters for each loss (Romanov and Rumshisky 2017)");
var network = new Option<string>("--network") { Description = "mlp reads pixels, gru reads pen strokes", DefaultValueFactory = _ => "mlp" };
network.AcceptOnlyFromAmong("mlp", "gru");
var published = new Option<DirectoryInfo>("--strokes") { Description = "A folder with the published strokes, for gru; without, they are made from the images" };
var autoencoder = new Option<bool>("--autoencoder") { Description = "An autoencoder without labels in place of the classifier" };
var validation = new Option<int>("--validation") { Description = "Judge by this many training rows, the last, not by the test rows: to choose settings" };
var hidden = new Option<int>("--hidden")
{
    Description = "Units before the embedding, or of the GRU",
    DefaultValueFactory = parsed => parsed.GetValue(network) == "gru" ? 128 : 256,
};
var embedding = new Option<int>("--embedding")
{
    Description = "Size of the embedding",
    DefaultValueFactory = parsed => parsed.GetValue(network) == "gru" ? 64 : 32,
};
var groupEpochs = Epochs(10);
foreach (Option option in new Option[] { data, train, network, published, autoencoder, validation, hidden, embedding, groupEpochs, seeds })
    groups.Add(option);
groups.SetAction(parsed =>
{
    bool strokes = parsed.GetValue(network) == "gru";
    Digits digits = strokes ? Load(parsed).WithStrokes(parsed.GetValue(published)) : Load(parsed);
    if (parsed.GetValue(validation) is > 0 and int rows)
        digits = digits.ForValidation(rows);
    ForcedToLearn.Run(digits, new ForcedToLearn.Settings(
        strokes, parsed.GetValue(autoencoder), parsed.GetValue(hidden), parsed.GetValue(embedding), parsed.GetValue(groupEpochs), parsed.GetValue(seeds)));
});

var neighbours = new Command("snnl", "An autoencoder with few labels, with and without the soft nearest neighbour loss (Agarap and Azcarraga 2020)");
var labelled = new Option<int>("--labelled") { Description = "Training rows that keep their label", DefaultValueFactory = _ => 10_000 };
var code = new Option<int>("--code") { Description = "Size of the code", DefaultValueFactory = _ => 50 };
var weight = new Option<float>("--weight") { Description = "Weight of the soft nearest neighbour loss", DefaultValueFactory = _ => 100 };
var initialization = new Option<WeightInitialization>("--initialization")
{
    Description = "How the autoencoder's weights are drawn",
    DefaultValueFactory = _ => WeightInitialization.He,
};
var neighbourEpochs = Epochs(20);
foreach (Option option in new Option[] { data, train, labelled, code, weight, initialization, neighbourEpochs, seeds })
    neighbours.Add(option);
neighbours.SetAction(parsed => SoftNearestNeighbors.Run(Load(parsed), parsed.GetValue(labelled), parsed.GetValue(code), parsed.GetValue(weight),
    parsed.GetValue(initialization), parsed.GetValue(neighbourEpochs), parsed.GetValue(seeds)));

var corel = new Command("corel", "Ten classes; accuracy of the classifier and of KMeans in the latent space for each loss (Kenyon-Dean et al. 2019)");
var convolutional = new Option<bool>("--cnn") { Description = "The image CNN instead of the MLP" };
var corelEpochs = Epochs(10);
foreach (Option option in new Option[] { data, train, convolutional, corelEpochs, seeds })
    corel.Add(option);
corel.SetAction(parsed => Corel.Run(Load(parsed), parsed.GetValue(convolutional), parsed.GetValue(corelEpochs), parsed.GetValue(seeds)));

var corelText = new Command("corel-text", "The same for texts with topics: the mean of word vectors and an MLP, or a text CNN (Kenyon-Dean et al. 2019)");
var glove = new Option<FileInfo>("--glove") { Description = "Word vectors as GloVe text, .gz or plain", Required = true };
var words = new Option<int?>("--words") { Description = "The number of word vectors to read, from the first" };
var trainTexts = new Option<FileInfo>("--train") { Description = "Texts with topics, as AG News has them: .csv or .tsv, also .gz", Required = true };
var testTexts = new Option<FileInfo>("--test") { Description = "Texts to test with, likewise", Required = true };
var textConvolutional = new Option<bool>("--cnn") { Description = "The text CNN instead of the MLP" };
var textEpochs = Epochs(30);
foreach (Option option in new Option[] { glove, words, trainTexts, testTexts, textConvolutional, textEpochs, seeds })
    corelText.Add(option);
corelText.SetAction(parsed => CorelText.Run(WordVectors.Load(parsed.GetValue(glove)!.FullName, parsed.GetValue(words)), parsed.GetValue(trainTexts)!,
    parsed.GetValue(testTexts)!, parsed.GetValue(textConvolutional), parsed.GetValue(textEpochs), parsed.GetValue(seeds)));

var jade = new Command("jade", "1,000 images of house numbers and many handwritten digits, apart and together (Banijamali et al. 2017)");
var svhn = new Option<DirectoryInfo>("--svhn") { Description = "A folder with train_32x32.mat and test_32x32.mat; without it digits are coloured" };
var patches = new Option<DirectoryInfo>("--patches") { Description = "A folder with train-images-idx4-ubyte.gz, pictures to put coloured digits on" };
var auxiliary = new Option<int>("--auxiliary") { Description = "Handwritten digits to learn from, at most 45,000", DefaultValueFactory = _ => 45_000 };
var width = new Option<double>("--width") { Description = "The share of the paper's filters", DefaultValueFactory = _ => 1 };
Option<float> ClassWeight(string name, float usual) => new(name) { Description = "Weight of their cross-entropy", DefaultValueFactory = _ => usual };
Option<float> primaryWeight = ClassWeight("--primary-weight", 1000), auxiliaryWeight = ClassWeight("--auxiliary-weight", 100);
var layers = new Option<int>("--layers") { Description = "Hidden layers of 500 in the classifier", DefaultValueFactory = _ => 3 };
var dropout = new Option<float>("--dropout") { Description = "Dropout of the classifier", DefaultValueFactory = _ => 0.5f };
var jadeEpochs = Epochs(300);
foreach (Option option in new Option[]
    { data, svhn, patches, auxiliary, validation, width, primaryWeight, auxiliaryWeight, layers, dropout, jadeEpochs, seeds })
    jade.Add(option);
jade.SetAction(parsed =>
{
    DirectoryInfo digits = parsed.GetValue(data)!;
    var options = new JointAutoencoderOptions
    {
        Primary = Jade.Narrowed(ConvolutionalVariationalAutoencoder.HouseNumbers, parsed.GetValue(width)),
        Auxiliary = Jade.Narrowed(ConvolutionalVariationalAutoencoder.Digits, parsed.GetValue(width)),
        PrimaryClassificationWeight = parsed.GetValue(primaryWeight),
        AuxiliaryClassificationWeight = parsed.GetValue(auxiliaryWeight),
        ClassifierHidden = [.. Enumerable.Repeat(500, parsed.GetValue(layers))],
        ClassifierDropout = parsed.GetValue(dropout),
        Epochs = parsed.GetValue(jadeEpochs),
    };
    HouseNumbers Numbers(MLContext ml) => parsed.GetValue(svhn) is { } folder
        ? HouseNumbers.FromSvhn(ml, folder, digits, parsed.GetValue(auxiliary), parsed.GetValue(validation))
        : HouseNumbers.FromDigits(ml, digits, parsed.GetValue(patches), parsed.GetValue(auxiliary), parsed.GetValue(validation));
    Jade.Run(Numbers, options, parsed.GetValue(seeds));
});

var choosing = new Command("choose", "Which of many settings finds the digits? Scores without labels beside the true AMI");
var optDigits = new Option<DirectoryInfo>("--optdigits")
{
    Description = "A folder with optdigits.tra and optdigits.tes of UCI, in place of the shipped digits",
};
Option<int> choosingEpochs = Epochs(10);
var choosingSeeds = new Option<int>("--seeds") { Description = "Runs of each setting, at least 2", DefaultValueFactory = _ => 3 };
foreach (Option option in new Option[] { optDigits, choosingEpochs, choosingSeeds })
    choosing.Add(option);
choosing.SetAction(parsed =>
{
    DirectoryInfo? folder = parsed.GetValue(optDigits);
    (Example[] rows, Example[] others) = folder is null ? Example.ShippedDigits() : Example.OptDigits(folder);
    Choosing.Run(folder is null ? "MNIST" : "optdigits", rows, others, parsed.GetValue(choosingEpochs), parsed.GetValue(choosingSeeds));
});

var command = new RootCommand("Experiments of the papers") { groups, neighbours, corel, corelText, jade, choosing };
try
{
    return command.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception fault) when (fault is IOException or InvalidDataException)
{
    // A file that is not there or is another: its name says enough.
    Console.Error.WriteLine(fault.Message);
    return 1;
}

Digits Load(ParseResult parsed) => Digits.Load(parsed.GetValue(data)!, parsed.GetValue(train));
