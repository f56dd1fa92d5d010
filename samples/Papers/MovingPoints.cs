using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Papers;

/// <summary>
/// Random points in two dimensions with random classes, moved by the soft nearest neighbour loss alone: does an annealed temperature
/// disentangle them sooner than a fixed one?
/// </summary>
internal static class MovingPoints
{
    // The paper moves the points by gradient descent. Annealing scales the gradient by 1/T, which Adam cancels.
    private static readonly (string Name, Temperature Temperature, bool Adam)[] Methods =
    [
        ("T = 1", Temperature.Fixed(1), false),
        ("annealed T", Temperature.Annealed(), false),
        ("Adam, T = 1", Temperature.Fixed(1), true),
        ("Adam, annealed T", Temperature.Annealed(), true),
    ];

    /// <param name="Points">The number of points.</param>
    /// <param name="Classes">The number of classes.</param>
    /// <param name="Distance">The distance between points.</param>
    /// <param name="Epochs">The number of steps, each on all points.</param>
    /// <param name="Every">The number of epochs from one snapshot to the next.</param>
    /// <param name="LearningRate">The learning rate of gradient descent.</param>
    /// <param name="AdamLearningRate">The learning rate of Adam.</param>
    public sealed record Settings(
        int Points, int Classes, NeighborDistance Distance, int Epochs, int Every, float LearningRate, float AdamLearningRate);

    public static void Run(Settings settings, int seeds, ResultsFile results, PictureFolder pictures)
    {
        var report = new Report(
            $"{settings.Points} random points with {settings.Classes} random classes, {settings.Distance} distance, "
            + $"{settings.Epochs} epochs with snapshots every {settings.Every}, learning rate {settings.LearningRate}, of Adam "
            + $"{settings.AdamLearningRate}",
            seeds, results);
        foreach (var (name, temperature, adam) in Methods)
        {
            report.Add(name, seed => [.. Move(settings, temperature, adam, seed).SelectMany(snapshot =>
            {
                string row = $"{name}, epoch {snapshot.Epoch}";
                var ml = new MLContext(seed);
                pictures.Draw(ml, Example.View(ml, snapshot.Points), "Features", "Label", row, seed);
                return Scores(ml, row, snapshot.Points, snapshot.Loss, settings, seed);
            })], seed => pictures.PathOf($"{name}, epoch {settings.Epochs}", seed));
        }
        report.Print();
    }

    private static IEnumerable<(int Epoch, Example[] Points, double Loss)> Move(
        Settings settings, Temperature temperature, bool adam, int seed)
    {
        using var engine = new ManagedEngine(threads: 1, seed);
        var random = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, settings.Points).Select(_ => random.Next(settings.Classes))];
        var shape = new Shape(settings.Points, 2);
        Parameter points;
        using (engine.BeginStep(training: false))
            points = engine.CreateParameter("points", shape, engine.Normal(shape).ToArray());
        Optimizer? optimizer = adam ? engine.CreateOptimizer([points], new AdamOptions()) : null;
        var gradient = new float[shape.Length];
        for (int epoch = 0; ; epoch++)
        {
            if (epoch % settings.Every == 0 || epoch == settings.Epochs)
                yield return Snapshot(epoch);
            if (epoch == settings.Epochs)
                yield break;
            using IDisposable step = engine.BeginStep(training: true);
            engine.Backward(engine.SoftNearestNeighbor(points.Value, labels, temperature.At(epoch), settings.Distance));
            if (optimizer is not null)
            {
                optimizer.Step(settings.AdamLearningRate);
                continue;
            }
            engine.CopyGradient(points, gradient);
            engine.SetValues(points, [.. points.Value.ToArray().Zip(gradient, (x, slope) => x - settings.LearningRate * slope)]);
        }

        (int, Example[], double) Snapshot(int epoch)
        {
            using IDisposable step = engine.BeginStep(training: false);
            // Losses can only be compared at the same temperature.
            float loss = engine.SoftNearestNeighbor(points.Value, labels, temperature: 1, settings.Distance).Item();
            Example[] rows = [.. points.Value.ToArray().Chunk(2).Zip(labels, (x, label) => new Example { Features = x, Label = label })];
            return (epoch, rows, loss);
        }
    }

    private static IEnumerable<Score> Scores(MLContext ml, string row, Example[] points, double loss, Settings settings, int seed)
    {
        Example[] compared = settings.Distance == NeighborDistance.Cosine ? [.. points.Select(Direction)] : points;
        yield return new(row, "SNNL at T = 1", loss);
        yield return new(row, "nearest neighbour", compared.Average(point =>
            compared.Where(other => other != point).MinBy(other => SquaredDistance(point, other))?.Label == point.Label ? 1.0 : 0));
        yield return new(row, "k-means", ml.Clustering.EvaluateOverRestarts(
            Example.View(ml, compared), "Label", "Features", settings.Classes, numberOfRestarts: 10, seed)
            .LeastInertia.Quality.HungarianAccuracy);
    }

    private static Example Direction(Example point)
    {
        float length = float.Hypot(point.Features[0], point.Features[1]);
        return new() { Features = [.. point.Features.Select(x => x / length)], Label = point.Label };
    }

    private static double SquaredDistance(Example a, Example b)
    {
        float x = a.Features[0] - b.Features[0], y = a.Features[1] - b.Features[1];
        return x * x + y * y;
    }
}
