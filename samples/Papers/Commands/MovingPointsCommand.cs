using System.CommandLine;
using Disentangle.ML.Tensors;

namespace Papers;

internal sealed class MovingPointsCommand : Command
{
    public MovingPointsCommand()
        : base("snnl-points",
            "Random points with random classes, moved by the soft nearest neighbour loss alone, at a fixed and at an annealed temperature "
            + "(Agarap and Azcarraga 2020)")
    {
        var points = new Option<int>("--points") { Description = "Number of points", DefaultValueFactory = _ => 300 };
        var classes = new Option<int>("--classes") { Description = "Number of classes", DefaultValueFactory = _ => 4 };
        var distance = new Option<NeighborDistance>("--distance")
        {
            Description = "Distance between points",
            DefaultValueFactory = _ => NeighborDistance.Cosine,
        };
        var epochs = new Option<int>("--epochs")
        {
            Description = "Number of steps, each on all points",
            DefaultValueFactory = _ => 50,
        };
        var every = new Option<int>("--every")
        {
            Description = "Number of epochs between two lines of the table, and between two pictures",
            DefaultValueFactory = _ => 10,
        };
        var rate = new Option<float>("--learning-rate")
        {
            Description = "Learning rate of gradient descent",
            DefaultValueFactory = _ => 10,
        };
        var adamRate = new Option<float>("--adam-learning-rate")
        {
            Description = "Learning rate of Adam",
            DefaultValueFactory = _ => 0.1f,
        };
        CommonOptions.AddTo(this, points, classes, distance, epochs, every, rate, adamRate, CommonOptions.Pictures);
        CommonOptions.RequirePositive(points, classes, epochs, every);
        SetAction(parsed => MovingPoints.Run(new MovingPoints.Settings(
            parsed.GetValue(points), parsed.GetValue(classes), parsed.GetValue(distance), parsed.GetValue(epochs), parsed.GetValue(every),
            parsed.GetValue(rate), parsed.GetValue(adamRate)),
            parsed.GetValue(CommonOptions.Seeds), CommonOptions.Results(parsed), CommonOptions.PictureFolder(parsed)));
    }
}
