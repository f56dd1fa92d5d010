using System.CommandLine;
using System.Globalization;
using Papers;
using Spectre.Console;

// The experiments of the papers, on the full data. Each prints a table of means and standard deviations over seeds.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 140);

var data = new Option<DirectoryInfo>("--data")
{
    Description = "A folder with train- and t10k- images and labels as idx .gz files (MNIST, Fashion-MNIST)",
    Required = true,
};
var train = new Option<int>("--train") { Description = "Rows to train on, from the first", DefaultValueFactory = _ => 60_000 };
var seeds = new Option<int>("--seeds") { Description = "Runs, with seeds 1, 2, ...", DefaultValueFactory = _ => 3 };
Option<int> Epochs(int usual) => new("--epochs") { Description = "Passes over the data", DefaultValueFactory = _ => usual };

var groups = new Command("forced-to-learn", "Labels tell 0-4 from 5-9; AMI of 9, 10 and 11 clusters for each loss (Romanov and Rumshisky 2017)");
var groupEpochs = Epochs(10);
foreach (Option option in new Option[] { data, train, groupEpochs, seeds })
    groups.Add(option);
groups.SetAction(parsed => ForcedToLearn.Run(Load(parsed), parsed.GetValue(groupEpochs), parsed.GetValue(seeds)));

var neighbours = new Command("snnl", "An autoencoder with few labels, with and without the soft nearest neighbour loss (Agarap and Azcarraga 2020)");
var labelled = new Option<int>("--labelled") { Description = "Training rows that keep their label", DefaultValueFactory = _ => 10_000 };
var code = new Option<int>("--code") { Description = "Size of the code", DefaultValueFactory = _ => 50 };
var weight = new Option<float>("--weight") { Description = "Weight of the soft nearest neighbour loss", DefaultValueFactory = _ => 100 };
var neighbourEpochs = Epochs(20);
foreach (Option option in new Option[] { data, train, labelled, code, weight, neighbourEpochs, seeds })
    neighbours.Add(option);
neighbours.SetAction(parsed => SoftNearestNeighbors.Run(
    Load(parsed), parsed.GetValue(labelled), parsed.GetValue(code), parsed.GetValue(weight), parsed.GetValue(neighbourEpochs), parsed.GetValue(seeds)));

var corel = new Command("corel", "Ten classes; accuracy of the classifier and of KMeans in the latent space for each loss (Kenyon-Dean et al. 2019)");
var convolutional = new Option<bool>("--cnn") { Description = "The image CNN instead of the MLP" };
var corelEpochs = Epochs(10);
foreach (Option option in new Option[] { data, train, convolutional, corelEpochs, seeds })
    corel.Add(option);
corel.SetAction(parsed => Corel.Run(Load(parsed), parsed.GetValue(convolutional), parsed.GetValue(corelEpochs), parsed.GetValue(seeds)));

return new RootCommand("Experiments of the papers") { groups, neighbours, corel }.Parse(args).Invoke();

Digits Load(ParseResult parsed) => Digits.Load(parsed.GetValue(data)!, parsed.GetValue(train));
