using DisentangleConsole;
using Disentangle.ML.Reports;
using Disentangle.ML.Transforms;
using Microsoft.ML;

string file = args.Length > 0 ? args[0] : "customers.csv";
var ml = new MLContext(seed: 1);
IDataView customers = ml.Data.LoadFromTextFile<Customer>(file, separatorChar: ',', hasHeader: true);
var split = ml.Data.TrainTestSplit(customers, testFraction: 0.25, seed: 1);

// How many groups? The curve suggests a number; try its neighbours too.
const int groups = 6;
string[] columns = ["Age", "Income", "Visits", "Basket", "Returns", "Country"];
var features = ml.Transforms.Categorical.OneHotEncoding("CountryVector", "Country")
    .Append(ml.Transforms.Concatenate("Features", "Age", "Income", "Visits", "Basket", "Returns", "CountryVector"))
    .Append(ml.Transforms.DisentangleEncoder("Embedding", "Features", labelColumnName: "Churned"));
ITransformer encoder = features.Fit(split.TrainSet);
Console.WriteLine(ml.Clustering.ChooseNumberOfClusters(encoder.Transform(split.TrainSet), "Embedding"));

ITransformer model = encoder.Append(ml.Clustering.Trainers.KMeansRestarts("Embedding", groups).Fit(encoder.Transform(split.TrainSet)));
IDataView scored = model.Transform(split.TestSet);

// Better than clusters of the raw features? Without the true groups, agreement with neighbours and stability tell.
Console.WriteLine(ml.Clustering.CompareWithBaselines(
    encoder.Transform(split.TrainSet), encoder.Transform(split.TestSet), "Features", "Embedding", groupColumnName: "Churned",
    numberOfClusters: groups));

// What is in each group?
Console.WriteLine(ml.Clustering.DescribeClusters(scored, columns, labelColumnNames: ["Churned"], embeddingColumnName: "Embedding"));

// A page with a map to look at: open it in a browser.
IDataView mapped = ml.Transforms.ProjectTo2D("Map", "Embedding").Fit(scored).Transform(scored);
EmbeddingReport.Write("report.html", mapped, new()
{
    MapColumnName = "Map", EmbeddingColumnName = "Embedding", LabelColumnName = "Churned", FeatureColumnNames = columns,
});

DisentangleModel.Save(ml, model, customers.Schema, "model.zip");
Console.WriteLine("Wrote report.html and model.zip.");
