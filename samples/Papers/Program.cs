using System.CommandLine;
using System.Globalization;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Papers;
using Spectre.Console;

// The papers' experiments on the full data. Each prints a table of means and standard deviations over seeds.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 320);
AnsiConsole.Profile.Capabilities.Ansi &= !Console.IsOutputRedirected;

var data = new Option<DirectoryInfo>("--data")
{
    Description = "Folder with the train- and t10k- images and labels as idx .gz files (MNIST, Fashion-MNIST)",
    Required = true,
};
var train = new Option<int>("--train") { Description = "Number of training rows, from the first", DefaultValueFactory = _ => 60_000 };
var seeds = new Option<int>("--seeds") { Description = "Number of runs, with seeds 1, 2, ...", DefaultValueFactory = _ => 3 };
var resultsFile = new Option<FileInfo>("--results")
{
    Description = "File to which each finished run is added as a line of JSON; runs that it has are not repeated",
};
ResultsFile Results(ParseResult parsed) => new(parsed.GetValue(resultsFile)?.FullName);
Option<int> Epochs(int usual) => new("--epochs") { Description = "Number of passes over the data", DefaultValueFactory = _ => usual };

var groups = new Command(
    "forced-to-learn", "Digits labelled only 0-4 or 5-9; AMI of 9, 10 and 11 clusters for each loss (Romanov and Rumshisky 2017)");
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
var autoencoder = new Option<bool>("--autoencoder") { Description = "Train an autoencoder without labels in place of the classifier" };
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
var groupEpochs = Epochs(10);
foreach (Option option in new Option[] { data, train, network, published, autoencoder, validation, hidden, embedding, groupEpochs, seeds,
    resultsFile })
    groups.Add(option);
groups.SetAction(parsed =>
{
    bool strokes = parsed.GetValue(network) == "gru";
    Digits digits = strokes ? Load(parsed).WithStrokes(parsed.GetValue(published)) : Load(parsed);
    if (parsed.GetValue(validation) is > 0 and int rows)
        digits = digits.ForValidation(rows);
    ForcedToLearn.Run(digits, new ForcedToLearn.Settings(
        strokes, parsed.GetValue(autoencoder), parsed.GetValue(hidden), parsed.GetValue(embedding), parsed.GetValue(groupEpochs)),
        parsed.GetValue(seeds), Results(parsed));
});

var neighbours = new Command(
    "snnl", "An autoencoder with few labels, with and without the soft nearest neighbour loss (Agarap and Azcarraga 2020)");
var labelled = new Option<int>("--labelled") { Description = "Number of training rows with a label", DefaultValueFactory = _ => 10_000 };
var code = new Option<int>("--code") { Description = "Size of the code", DefaultValueFactory = _ => 50 };
var weight = new Option<float>("--weight") { Description = "Weight of the soft nearest neighbour loss", DefaultValueFactory = _ => 100 };
var initialization = new Option<WeightInitialization>("--initialization")
{
    Description = "Initialisation of the autoencoder's weights",
    DefaultValueFactory = _ => WeightInitialization.He,
};
var neighbourEpochs = Epochs(20);
foreach (Option option in new Option[] { data, train, labelled, code, weight, initialization, neighbourEpochs, seeds, resultsFile })
    neighbours.Add(option);
neighbours.SetAction(parsed =>
    SoftNearestNeighbors.Run(Load(parsed), parsed.GetValue(labelled), parsed.GetValue(code), parsed.GetValue(weight),
        parsed.GetValue(initialization), parsed.GetValue(neighbourEpochs), parsed.GetValue(seeds), Results(parsed)));

var corel = new Command(
    "corel", "Ten classes; accuracy of the classifier and of KMeans in the latent space for each loss (Kenyon-Dean et al. 2019)");
var convolutional = new Option<bool>("--cnn") { Description = "Use the image CNN instead of the MLP" };
var corelEpochs = Epochs(10);
foreach (Option option in new Option[] { data, train, convolutional, corelEpochs, seeds, resultsFile })
    corel.Add(option);
corel.SetAction(parsed =>
    Corel.Run(Load(parsed), parsed.GetValue(convolutional), parsed.GetValue(corelEpochs), parsed.GetValue(seeds), Results(parsed)));

var corelText = new Command(
    "corel-text", "The same for texts with topics: an MLP on mean word vectors, or a text CNN (Kenyon-Dean et al. 2019)");
var glove = new Option<FileInfo>("--glove") { Description = "Word vectors in GloVe's text format, plain or .gz", Required = true };
var words = new Option<int?>("--words") { Description = "Number of word vectors to read, from the first" };
var trainTexts = new Option<FileInfo>("--train")
{
    Description = "Training texts with topics in the format of AG News: .csv or .tsv, plain or .gz",
    Required = true,
};
var testTexts = new Option<FileInfo>("--test") { Description = "Test texts in the same format", Required = true };
var textConvolutional = new Option<bool>("--cnn") { Description = "Use the text CNN instead of the MLP" };
var textEpochs = Epochs(30);
foreach (Option option in new Option[] { glove, words, trainTexts, testTexts, textConvolutional, textEpochs, seeds, resultsFile })
    corelText.Add(option);
corelText.SetAction(parsed =>
    CorelText.Run(WordVectors.Load(parsed.GetValue(glove)!.FullName, parsed.GetValue(words)), parsed.GetValue(trainTexts)!,
        parsed.GetValue(testTexts)!, parsed.GetValue(textConvolutional), parsed.GetValue(textEpochs), parsed.GetValue(seeds),
        Results(parsed)));

var jade = new Command(
    "jade", "1,000 images of house numbers and many handwritten digits, separately and jointly (Banijamali et al. 2017)");
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
var width = new Option<double>("--width") { Description = "Share of the paper's filters", DefaultValueFactory = _ => 1 };
Option<float> ClassWeight(string name, float usual) =>
    new(name) { Description = "Weight of the cross-entropy of these rows", DefaultValueFactory = _ => usual };
Option<float> primaryWeight = ClassWeight("--primary-weight", 1000), auxiliaryWeight = ClassWeight("--auxiliary-weight", 100);
var layers = new Option<int>("--layers")
{
    Description = "Number of hidden layers of 500 units in the classifier",
    DefaultValueFactory = _ => 3,
};
var dropout = new Option<float>("--dropout") { Description = "Dropout rate of the classifier", DefaultValueFactory = _ => 0.5f };
var pictures = new Option<DirectoryInfo>("--pictures")
{
    Description = "Folder for pictures of JADE's reconstructions, and of its styles with the contents of other rows",
};
var jadeEpochs = Epochs(300);
foreach (Option option in new Option[]
    { data, svhn, patches, auxiliary, validation, width, primaryWeight, auxiliaryWeight, layers, dropout, jadeEpochs, seeds,
        resultsFile, pictures })
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
    string description = $"{(parsed.GetValue(svhn) is null ? "coloured digits" : "SVHN")}, {parsed.GetValue(auxiliary)} auxiliary rows, "
        + $"{(parsed.GetValue(validation) is > 0 and int held ? $"{held} training rows held out, " : "")}"
        + $"{parsed.GetValue(width)} of the filters, "
        + $"class weights {parsed.GetValue(primaryWeight)} and {parsed.GetValue(auxiliaryWeight)}, "
        + $"{parsed.GetValue(layers)} x 500 with dropout {parsed.GetValue(dropout)}, {options.Epochs} epochs";
    Jade.Run(Numbers, description, options, parsed.GetValue(seeds), Results(parsed), parsed.GetValue(pictures));
});

var choosing = new Command("choose", "Which of many settings finds the digits? Scores without labels compared with the true AMI");
var optDigits = new Option<DirectoryInfo>("--optdigits")
{
    Description = "Folder with UCI's optdigits.tra and optdigits.tes, to use in place of the shipped digits",
};
Option<int> choosingEpochs = Epochs(10);
var choosingSeeds = new Option<int>("--seeds")
{
    Description = "Number of runs of each setting, at least 2",
    DefaultValueFactory = _ => 3,
};
foreach (Option option in new Option[] { optDigits, train, choosingEpochs, choosingSeeds })
    choosing.Add(option);
choosing.SetAction(parsed =>
{
    DirectoryInfo? folder = parsed.GetValue(optDigits);
    (Example[] rows, Example[] others) = folder is null ? Example.ShippedDigits() : Example.OptDigits(folder);
    rows = rows[..Math.Min(rows.Length, parsed.GetValue(train))];
    Choosing.Run(folder is null ? "MNIST" : "optdigits", rows, others, parsed.GetValue(choosingEpochs), parsed.GetValue(choosingSeeds));
});

var command = new RootCommand("The papers' experiments") { groups, neighbours, corel, corelText, jade, choosing };
var quick = new Command("quick",
    "Every experiment for one epoch on a few hundred shipped digits: shows that all of them run, not what they find");
quick.SetAction(_ =>
{
    using var small = new Quick();
    return small.Commands.Select(Invoke).FirstOrDefault(status => status != 0);
});
command.Add(quick);
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

Digits Load(ParseResult parsed) => Digits.Load(parsed.GetValue(data)!, parsed.GetValue(train));
