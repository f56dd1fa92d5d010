using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using VectorSearch;
using WebApi;

// Which digits look like this one? 9,000 digits are stored by their embeddings, 1,000 others are searched for.
// dotnet run -c Release [-- model.zip]    trains the model if the file is not there
string path = args.Length > 0 ? args[0] : "model.zip";
if (!File.Exists(path))
{
    Console.WriteLine($"Training {path} ...");
    Training.Run(path);
}
await using ServiceProvider services = new ServiceCollection().AddDisentangleModel(path).BuildServiceProvider();
var generator = services.GetRequiredService<IEmbeddingGenerator<float[], Embedding<float>>>();

var ml = new MLContext();
string folder = Path.Combine(AppContext.BaseDirectory, "data");
IDataView data = ml.Data.LoadFromIdx(
    Path.Combine(folder, "mnist-10k-images-idx3-ubyte.gz"), Path.Combine(folder, "mnist-10k-labels-idx1-ubyte.gz"));
Image[] images = [.. ml.Data.CreateEnumerable<Digit>(data, reuseRowObject: false, ignoreMissingColumns: true)
    .Select((digit, i) => new Image { Id = (ulong)i, Label = $"{digit.Label}", Pixels = digit.Pixels })];

using var collection = new USearchCollection<Image>("digits", generator);
await collection.EnsureCollectionExistsAsync();
await collection.UpsertAsync(images[..9000]);

int same = 0, all = 0;
foreach (Image image in images[9000..])
{
    await foreach (var result in collection.SearchAsync(image.Pixels, top: 10))
    {
        same += result.Record.Label == image.Label ? 1 : 0;
        all++;
    }
}
Console.WriteLine($"{100.0 * same / all:F1} % of the ten nearest are the same digit.");

Image first = images[9000];
await foreach (var result in collection.SearchAsync(first.Pixels, top: 3, new() { Filter = image => image.Label != first.Label }))
    Console.WriteLine($"Near a {first.Label}, but not one: a {result.Record.Label} at distance {result.Score:F3}");
