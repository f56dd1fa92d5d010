using System.Text.Json.Nodes;
using Disentangle.ML.Tensors.Threading;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The transformer fitted by <see cref="ProjectionEstimator"/>: adds the coordinates of each row, a vector of two Single. A learned row is
/// placed where it was laid out, a new one where the attractions of its nearest learned rows balance.
/// </summary>
/// <remarks>
/// It keeps up to 50 values and two coordinates of each learned row, at most 208 bytes, and compares each row to place with all learned
/// ones. To map very many rows, fit it on a sample.
/// </remarks>
public sealed class ProjectionTransformer : FeatureTransformer
{
    internal const string Kind = "Projection";

    internal ProjectionTransformer(string input, string output, RowMap map)
        : base(new FeatureInput(input, Length: null, new InputShape(map.Scaling.Offset.Length, IsSequence: false)),
            [FeatureOutput.Vector(output, 2)]) => (OutputColumnName, Map) = (output, map);

    /// <summary>The name of the column of coordinates.</summary>
    public string OutputColumnName { get; }

    /// <summary>The number of rows that the map was learned from.</summary>
    public int RowCount => Map.Count;

    internal RowMap Map { get; }

    internal override RowSession Open(int capacity, int threads) => new(this, capacity, rows =>
    {
        RowBatch batch = rows.Batch;
        int width = Input.Shape.Width, count = batch.Count;
        ParallelBlocks.Run(count, threads, CancellationToken.None, row =>
            Map.Place(batch.Values.Slice(row * width, width), rows.Vectors(OutputColumnName).Slice(2 * row, 2)));
    });

    internal override SavedModel Save() => new(Kind, new JsonObject
    {
        ["input"] = InputColumnName,
        ["output"] = OutputColumnName,
        ["inputSize"] = Map.Scaling.Offset.Length,
        ["components"] = Map.Scaling.OutputSize,
        ["rowCount"] = Map.Count,
        ["neighbors"] = Map.Neighbors,
    },
    [
        SavedArray.Of("offset", [Map.Scaling.Offset.Length], Map.Scaling.Offset.ToArray()),
        SavedArray.Of("matrix", [Map.Scaling.OutputSize, Map.Scaling.Offset.Length], Map.Scaling.Matrix.ToArray()),
        SavedArray.Of("rows", [Map.Count, Map.Scaling.OutputSize], Map.Rows),
        SavedArray.Of("positions", [Map.Count, 2], Map.Positions),
    ]);

    internal static ProjectionTransformer Read(SavedModel saved)
    {
        int width = saved.Setting<int>("inputSize"), components = saved.Setting<int>("components");
        int count = saved.Setting<int>("rowCount"), neighbors = saved.Setting<int>("neighbors");
        if (width < 1 || components < 1 || count < 1 || neighbors < 1)
            throw new InvalidDataException("The model is damaged: it has no rows, features or neighbours.");
        InputScaling scaling = InputScaling.Restore(FeatureScalingKind.PrincipalComponents, saved.Singles("offset", width),
            saved.Singles("matrix", (long)components * width));
        var map = new RowMap(scaling, saved.Singles("rows", (long)count * components), saved.Singles("positions", 2L * count), neighbors);
        return new ProjectionTransformer(saved.Setting<string>("input"), saved.Setting<string>("output"), map);
    }
}
